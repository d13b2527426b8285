import { randomBytes } from 'node:crypto';
import type { Database } from './database/database.js';
import type { LinkKey } from './signed-links.js';

/**
 * The installation's own key for a purpose, made at first use and then the same for every process on this database.
 * It serves small set-ups that configure no key. Whoever reads the database can sign links: name `security.hmacKeys`
 * where that matters.
 */
export async function generatedKey(
  database: Database,
  purpose: 'links',
  now: Date,
): Promise<LinkKey> {
  const select = 'select key_id, secret from generated_keys where purpose = $1';
  const [row] = await database.inTransaction(async (tx) => {
    await tx.execute(
      `insert into generated_keys (purpose, key_id, secret, created_at) values ($1, $2, $3, $4)
       on conflict (purpose) do nothing`,
      [purpose, `generated-${randomBytes(3).toString('hex')}`, randomBytes(32), now],
    );
    return tx.query<{ key_id: string; secret: Buffer }>(select, [purpose]);
  });
  if (row === undefined)
    throw new Error(`The generated key ${purpose} vanished while it was made.`);
  return { id: row.key_id, secret: row.secret };
}
