import { Client } from 'pg';
import type { Product } from '../test/support/product.js';
import { cpuMs, until } from './laboratory.js';

/**
 * Starts the product on mailboxes that hold `messages` already, waits until all of them are tickets, and ends it. Timed from
 * the first message on disk to the last one disposed of, by the rows' own times.
 */
export async function workOff(
  desk: Product,
  databaseUrl: string,
  messages: number,
): Promise<{ ms: number; cpuMs: number }> {
  const db = new Client({ connectionString: databaseUrl });
  await db.connect();
  try {
    await desk.boot();
    const pids = desk.nodePids();
    const before = cpuMs(pids);
    await until(
      'all messages are disposed of',
      async () => {
        const { rows } = await db.query<{ n: number }>(
          `select count(*)::int n from intake where disposition is not null`,
        );
        return rows[0]!.n >= messages;
      },
      900_000,
    );
    const { rows } = await db.query<{ ms: number; opened: number }>(
      `select extract(epoch from max(processed_at) - min(fetched_at)) * 1000 ms,
              count(*) filter (where disposition = 'ticket_opened')::int opened from intake`,
    );
    if (rows[0]!.opened !== messages)
      throw new Error(`Only ${rows[0]!.opened} of ${messages} opened a ticket`);
    return { ms: Number(rows[0]!.ms), cpuMs: cpuMs(pids) - before };
  } finally {
    await db.end();
    await desk.remove();
  }
}
