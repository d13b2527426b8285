import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export interface TestCertificates {
  /** PEM text of the authority. */
  readonly ca: string;
  /** PEM files of a server named `localhost`, readable by any user. */
  readonly cert: string;
  readonly key: string;
  remove(): void;
}

/** A certificate authority of one's own and a certificate for `localhost` signed by it, made by openssl. */
export function makeCertificates(days = 2): TestCertificates {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'hdca-'));
  chmodSync(folder, 0o755);
  const file = (name: string): string => path.join(folder, name);
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    '/CN=Test CA',
  );
  openssl(
    'req',
    ...newKey,
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
    '-subj',
    '/CN=localhost',
  );
  writeFileSync(file('names'), 'subjectAltName=DNS:localhost');
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    String(days),
    '-extfile',
    'names',
    '-out',
    'server.pem',
  );
  chmodSync(file('server.key'), 0o644);
  return {
    ca: readFileSync(file('ca.pem'), 'utf8'),
    cert: file('server.pem'),
    key: file('server.key'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
