import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { parseMail } from './parse-mail.js';

/** Signed by `openssl cms -sign` with a certificate for ana@cliente.test. */
const SIGNED = readFileSync('test/fixtures/eml/assinada-smime.eml', 'latin1');

async function problemsOf(message: string): Promise<readonly string[]> {
  const bytes = { sha256: new Uint8Array(32), sizeBytes: 0 };
  const { problems, text } = await parseMail(Buffer.from(message, 'latin1'), {
    whole: () => Promise.resolve(bytes),
    stream: () => Promise.reject(new Error('too small to be streamed')),
  });
  expect(text).toContain('segue o contrato');
  return problems;
}

/** SHA-256's identifier (2.16.840.1.101.3.4.2.1) with a last arc that names no digest. */
function withUnknownDigest(message: string): string {
  const sha256 = '\x60\x86\x48\x01\x65\x03\x04\x02\x01';
  return message.replace(/^MII[\w+/=\s]+/m, (signature) => {
    const der = Buffer.from(signature, 'base64').toString('latin1');
    const changed = der.replaceAll(sha256, `${sha256.slice(0, -1)}\x7f`);
    return `${Buffer.from(changed, 'latin1').toString('base64')}\r\n`;
  });
}

describe('S/MIME signatures (RFC 8551)', () => {
  it.each([
    ['as it was signed', SIGNED, 'signature_intact'],
    ['with the line ends of a mail program', SIGNED.replaceAll('\r\n', '\n'), 'signature_intact'],
    ['changed on the way', SIGNED.replace('Bom dia', 'Boa dia'), 'signature_broken'],
    [
      'under another sender',
      SIGNED.replace('<ana@cliente.test>', '<eva@cliente.test>'),
      'signature_of_another_address',
    ],
    ['with damage in the signature', SIGNED.replace('MIIGAwYJ', 'MIIGAwYK'), 'signature_broken'],
    ['with a digest that nobody knows', withUnknownDigest(SIGNED), 'signature_not_verified'],
  ])('%s', async (_, message, verdict) => {
    expect(await problemsOf(message)).toEqual(['signed_smime', verdict]);
  });
});
