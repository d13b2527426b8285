import pg from 'pg';
import { Dovecot } from '../test/support/dovecot.js';
import {
  blackHole,
  figure,
  fill,
  type Figure,
  Laboratory,
  product,
  residentMb,
  until,
} from './laboratory.js';
import { mailWithAttachment } from './mail.js';

const MESSAGES = 20;
const MEGABYTES = 25;

/** Peak resident memory of all our Node processes together while 20 messages with 25 MB attachments come in. */
export async function memory(): Promise<Figure[]> {
  const laboratory = await Laboratory.open();
  const dovecot = await Dovecot.start(['suporte@hd.test', 'financeiro@hd.test']);
  const smtp = await blackHole();
  const databaseUrl = await laboratory.database('ours');
  const desk = await product(databaseUrl, dovecot, smtp.port);
  const db = new pg.Client({ connectionString: databaseUrl });
  try {
    await desk.boot();
    await db.connect();
    const idle = residentMb(desk.nodePids());
    let peak = idle;
    const sampling = setInterval(() => {
      peak = Math.max(peak, residentMb(desk.nodePids()));
    }, 50);
    // One by one, so that this process holds one message at a time.
    for (let index = 0; index < MESSAGES; index += 1) {
      await fill(dovecot, 'suporte@hd.test', [mailWithAttachment(index, MEGABYTES)]);
    }
    await until(
      'all large messages are tickets',
      async () => {
        const { rows } = await db.query<{ n: number }>(
          `select count(*)::int n from attachments where size_bytes = $1`,
          [MEGABYTES * 1_048_576],
        );
        return rows[0]!.n === MESSAGES;
      },
      300_000,
    );
    clearInterval(sampling);
    return [
      figure({
        name: 'peak-memory-25mb-attachments',
        value: peak,
        unit: 'MiB RSS',
        direction: 'lower',
        limit: 400,
        kind: 'target',
        note: `supervisor and worker together; idle ${idle.toFixed(0)} MiB`,
      }),
    ];
  } finally {
    await db.end();
    await desk.remove();
    await smtp.stop();
    await dovecot.stop();
    await laboratory.close();
  }
}
