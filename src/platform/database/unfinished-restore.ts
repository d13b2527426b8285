import { OperatorError } from '../errors.js';

/**
 * A table that stands in a database from the moment a restore begins to change it until all of it is there, also when
 * the restore was killed: what is there meanwhile looks like a fresh helpdesk, which would answer every customer again.
 */
export const UNFINISHED_RESTORE = 'restore_unfinished';

interface Found {
  readonly [column: string]: unknown;
  readonly unfinished: boolean;
}

/** For everybody but the restore itself. Throws OperatorError where a restore into this database has not ended. */
export async function refuseUnfinishedRestore(
  ask: (sql: string) => Promise<readonly Found[]>,
): Promise<void> {
  const [found] = await ask(
    `select to_regclass('${UNFINISHED_RESTORE}') is not null as unfinished`,
  );
  if (found?.unfinished !== true) return;
  throw new OperatorError(
    'A restore into this database was interrupted: run it again with --replace.',
  );
}
