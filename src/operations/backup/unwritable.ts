import { OperatorError } from '../../platform/index.js';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EROFS: 'it is read-only',
  EACCES: 'this user has no right to',
  EPERM: 'this user has no right to',
  ENOENT: 'no folder can be made there',
  ENOTDIR: 'a file stands in the way',
};

/** What the operator can mend in a sentence that names the folder; every other error as it is. */
export function unwritable(folder: string, error: unknown): unknown {
  const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ''];
  if (reason === undefined) return error;
  return new OperatorError(`${folder} cannot be written: ${reason}.`, { cause: error });
}
