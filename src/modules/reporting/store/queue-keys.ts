import type { Database } from '../../../platform/index.js';

/** Every queue that ever was: tickets stay in retired ones too. For the operator, who sees the database anyway. */
export async function queueKeys(database: Database): Promise<string[]> {
  const rows = await database.query<{ key: string }>('select key from queues order by key');
  return rows.map(({ key }) => key);
}
