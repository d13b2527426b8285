import type { HelpdeskConfig } from '../helpdesk-config.js';
import type { ProblemReport } from '../problems.js';
import { isLoopback } from './system-rules.js';

/** What must hold in `storage`. */
export function checkStorage({ storage, security }: HelpdeskConfig, report: ProblemReport): void {
  const { s3, store, encryption } = storage;
  if (store === 's3' && s3 === undefined) {
    report.add(['storage', 's3'], 'is missing: `store: s3` needs the bucket');
  }
  if (encryption !== undefined && !security.masterKeys.some(({ id }) => id === encryption.keyId)) {
    report.add(
      ['storage', 'encryption', 'keyId'],
      `names no key of security.masterKeys: there is none with the id "${encryption.keyId}"`,
    );
  }
  if (s3 === undefined) return;
  if ((s3.accessKeyId === undefined) !== (s3.secretAccessKey === undefined)) {
    report.add(['storage', 's3'], 'needs accessKeyId and secretAccessKey together, or neither');
  }
  const url = s3.endpoint === undefined ? null : URL.parse(s3.endpoint);
  if (url?.protocol === 'http:' && !isLoopback(url.hostname)) {
    report.warn(['storage', 's3', 'endpoint'], 'is not encrypted (http): files travel readable');
  }
}
