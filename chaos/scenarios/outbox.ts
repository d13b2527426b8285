import { eventually } from '../../test/support/eventually.js';
import { COPIES_AT_ONCE, everyCopyOnce, LOOKS_AT_ONCE } from '../copies.js';
import { count } from '../guards.js';
import { pause } from '../pause.js';
import { person } from '../person.js';
import type { Scenario } from '../scenario.js';
import type { World } from '../world.js';

/** As providers do: the submission server files what it takes in the sender's Sent folder. */
function providerFiles(world: World): void {
  world.lab.sink.script = {
    onMessage: async ({ raw }) => {
      const from = /^From:[^<]*<([^>]+)>/im.exec(raw.toString('latin1'))?.[1] ?? '';
      const mailbox = world.mailboxes.find((key) => world.address(key) === from);
      if (mailbox !== undefined)
        await person(world, { mailbox: mailbox, folder: 'Sent' }, (client) =>
          client.append('Sent', raw, ['\\Seen']),
        );
    },
  };
}

/** Lines cut behind the final dot: some mails the server has, some it never got. */
async function doubts(world: World, mails: number): Promise<void> {
  const line = world.lab.lines.smtp;
  const before = line.faults;
  await world.first.boot();
  line.set({ kind: 'cut-after-data' }, 3);
  await world.mails(mails);
  await eventually('three answers were never heard', () => line.faults - before >= 3, 20_000);
  line.set({ kind: 'lose-data' }, 3);
  await world.mails(mails);
  await eventually('three mails were lost', () => line.faults - before >= 6, 20_000);
  world.fault('SMTP cut after DATA, before the answer', 3);
  world.fault('SMTP cut after DATA, the message lost', 3);
  await world.settle();
}

const inDoubt = (world: World): Promise<number> =>
  count(world.db, `select count(*) from outbox where state = 'unknown'`);

/** The product's clock goes on until so many mails are in doubt. */
async function untilInDoubt(world: World, atMost: number): Promise<void> {
  await eventually(
    `no more than ${atMost} mails are in doubt`,
    async () => {
      world.advance(30_000);
      return (await inDoubt(world)) <= atMost;
    },
    40_000,
  );
}

export const outbox: readonly Scenario[] = [
  {
    name: 'kill-while-filing',
    settings: { ...COPIES_AT_ONCE },
    async run(world) {
      for (const point of ['outbox.copied', 'outbox.copied', 'outbox.copy_recorded'] as const) {
        await world.first.boot({ point, nth: world.random.between(1, 2), signal: 'SIGKILL' });
        for (let round = 0; round < 20 && world.first.running; round += 1) {
          await world.mails(1);
          world.advance(20_000);
          await world.first.death(700);
        }
        if (world.first.running) throw new Error(`nothing passed ${point}`);
        world.fault(`kill -9 at ${point}`);
      }
      await world.first.boot();
      await everyCopyOnce(world);
    },
  },
  {
    name: 'filing-by-two',
    settings: { workers: 2, ...COPIES_AT_ONCE },
    async run(world) {
      await world.bootAll();
      for (let turn = 0; turn < 3; turn += 1) {
        const writing = world.mails(8);
        world.advance(20_000);
        await pause(world.random.between(100, 900));
        world.fault('IMAP line cut while filing', world.lab.lines.imap.cutAll());
        const victim = world.random.pick(world.workers);
        await victim.kill();
        world.fault('kill -9 of one of two workers');
        await writing;
        await victim.start();
      }
      await everyCopyOnce(world);
    },
  },
  {
    name: 'unknown-resend-once',
    settings: {
      patches: LOOKS_AT_ONCE,
      extra: 'outbox: { unknown: resend_once, unknownAfterMinutes: 2 }',
    },
    async run(world) {
      providerFiles(world);
      await doubts(world, 5);
      // What the server had is found in Sent and not sent again; what it never got is.
      await untilInDoubt(world, 0);
    },
  },
  {
    name: 'unknown-ask',
    settings: { patches: LOOKS_AT_ONCE, extra: 'outbox: { unknown: ask, unknownAfterMinutes: 2 }' },
    async run(world) {
      providerFiles(world);
      await doubts(world, 5);
      await untilInDoubt(world, 3);
      world.advance(3 * 3_600_000);
      await pause(2_000);
      const { rows } = await world.db.query<{ id: string; actions: number }>(
        `select message_id as id, (select count(*)::integer from outbox_actions a where a.outbox_id = o.id) as actions
           from outbox o where state = 'unknown'`,
      );
      if (rows.length === 0) throw new Error('what nobody has seen was decided without a person');
      const received = new Set(world.lab.sink.mails.map(({ parsed }) => parsed.messageId ?? ''));
      for (const { id, actions } of rows) {
        if (received.has(`<${id}>`)) throw new Error(`${id} lies in Sent and is still in doubt`);
        if (actions !== 1) throw new Error(`${id}: people were told ${actions} times`);
      }
    },
  },
  {
    name: 'unknown-assume-sent',
    settings: {
      patches: LOOKS_AT_ONCE,
      extra: 'outbox: { unknown: assume_sent, unknownAfterMinutes: 2 }',
    },
    async run(world) {
      providerFiles(world);
      const line = world.lab.lines.smtp;
      await world.first.boot();
      const before = line.faults;
      line.set({ kind: 'cut-after-data' }, 3);
      await world.mails(6);
      await eventually('three answers were never heard', () => line.faults - before >= 3, 20_000);
      world.fault('SMTP cut after DATA, before the answer', 3);
      await untilInDoubt(world, 0);
    },
  },
];
