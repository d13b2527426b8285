import { eventually } from '../test/support/eventually.js';
import { count } from './guards.js';
import type { Patch } from './patches.js';
import { person } from './person.js';
import type { World, WorldSettings } from './world.js';

/** The looks at Sent folders come every few seconds; the laboratory has less time. */
export const LOOKS_AT_ONCE: readonly Patch[] = [
  {
    file: 'src/modules/outbound-mail/sending/sent-copies.js',
    from: 'EVERY_MS = 3_000',
    to: 'EVERY_MS = 300',
  },
  {
    file: 'src/modules/outbound-mail/sending/unknown-mails.js',
    from: 'EVERY_MS = 5_000',
    to: 'EVERY_MS = 500',
  },
];

/** A world whose mailboxes keep a copy of everything that left. */
export const COPIES_AT_ONCE: WorldSettings = {
  patches: LOOKS_AT_ONCE,
  mailbox: 'folders: { sentCopy: always }',
};

/** Message-IDs in the Sent folders, and how often each is there. */
async function filed(world: World): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (const mailbox of world.mailboxes) {
    await person(world, { mailbox: mailbox, folder: 'Sent' }, async (client) => {
      if (client.mailbox === false || client.mailbox.exists === 0) return;
      for await (const { envelope } of client.fetch('1:*', { envelope: true })) {
        const id = (envelope?.messageId ?? '').replace(/[<>]/g, '');
        times.set(id, (times.get(id) ?? 0) + 1);
      }
    });
  }
  return times;
}

/** Every mail that left lies in Sent, once; the product's clock goes on until no copy waits. */
export async function everyCopyOnce(world: World): Promise<void> {
  await world.settle();
  await eventually(
    'every copy is filed',
    async () => {
      for (const worker of world.workers) if (!worker.running) await worker.start();
      world.advance(20_000);
      return (
        (await count(
          world.db,
          `select count(*) from outbox where sent_copy = 'pending' or (state = 'sent' and sent_copy is null)`,
        )) === 0
      );
    },
    40_000,
  );
  const times = await filed(world);
  const { rows } = await world.db.query<{ id: string }>(
    `select message_id as id from outbox where sent_copy in ('filed', 'found')`,
  );
  for (const { id } of rows)
    if (times.get(id) !== 1)
      throw new Error(`${id} lies ${times.get(id) ?? 0} times in the Sent folder`);
  for (const id of times.keys())
    if (!rows.some((row) => row.id === id)) throw new Error(`${id} lies in Sent and was not filed`);
}
