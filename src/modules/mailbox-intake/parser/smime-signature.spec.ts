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
  ])('%s', async (_, message, verdict) => {
    expect(await problemsOf(message)).toEqual(['signed_smime', verdict]);
  });
});
