import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../load.js';

/** `path: reason` of every problem about `storage`, of every warning where there is none. */
function saidOf(storage: string, more = ''): string[] {
  const text = `
company: { name: Empresa }
http: { publicUrl: https://ajuda.empresa.com.br }
mailboxes:
  suporte:
    address: suporte@empresa.com.br
    queue: suporte
    imap: { host: imap.empresa.com.br, password: x }
    smtp: { host: smtp.empresa.com.br }
    trustedAuthservIds: [mx.empresa.com.br]
storage: ${storage}
${more}`;
  const result = parseConfig(text, { env: { KEY: 'b' }, baseDirectory: '/' });
  const all = 'problems' in result ? result.problems : result.warnings;
  return all
    .map(({ path, reason }) => `${path}: ${reason}`)
    .filter((line) => line.startsWith('storage'));
}

describe('storage', () => {
  it.each([
    ['{}', ''],
    ['{ store: s3, s3: { bucket: helpdesk, region: sa-east-1, pathStyle: false } }', ''],
    [
      '{ s3: { bucket: helpdesk, endpoint: "http://127.0.0.1:9000", prefix: a/b/, accessKeyId: a, secretAccessKey: "${KEY}" } }',
      '',
    ],
    [
      '{ encryption: { keyId: "2026" } }',
      `security: { masterKeys: [{ id: '2026', secret: ${'k'.repeat(32)} }] }`,
    ],
  ])('takes %s', (storage, more) => expect(saidOf(storage, more)).toEqual([]));

  it.each([
    ['a bucket that is not there', '{ store: s3 }', 'storage.s3: is missing'],
    [
      'half of a key',
      '{ s3: { bucket: helpdesk, accessKeyId: a } }',
      'storage.s3: needs accessKeyId and secretAccessKey together',
    ],
    [
      'a key that is not there',
      '{ encryption: { keyId: "2026" } }',
      'storage.encryption.keyId: names no key of security.masterKeys',
    ],
    ['a prefix without its end', '{ s3: { bucket: helpdesk, prefix: a } }', 'storage.s3.prefix'],
    ['a bucket that cannot be', '{ s3: { bucket: "A b" } }', 'storage.s3.bucket'],
    [
      'files that travel readable',
      '{ s3: { bucket: helpdesk, endpoint: "http://s3.empresa.com.br" } }',
      'storage.s3.endpoint: is not encrypted',
    ],
  ])('tells %s', (_, storage, said) =>
    expect(saidOf(storage)).toEqual([expect.stringContaining(said)]),
  );
});
