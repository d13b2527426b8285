import { Client } from 'pg';
import { OperatorError } from '../errors.js';

/**
 * A table that stands in a database from the moment a restore begins to change it until all of it is there, also when
 * the restore was killed: what is there meanwhile looks like a fresh helpdesk, which would answer every customer again.
 */
export const UNFINISHED_RESTORE = 'restore_unfinished';

/** For everybody but the restore itself. Throws OperatorError where a restore into this database has not ended. */
export async function refuseUnfinishedRestore(client: Client): Promise<void> {
  const { rows } = await client.query<{ unfinished: boolean }>(
    'select to_regclass($1) is not null as unfinished',
    [UNFINISHED_RESTORE],
  );
  if (rows[0]?.unfinished !== true) return;
  throw new OperatorError(
    'A restore into this database was interrupted: run it again with --replace.',
  );
}

/** The same on a connection of its own, for whoever has none yet. */
export async function refuseUnfinishedRestoreAt(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  try {
    await client.connect();
    await refuseUnfinishedRestore(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
