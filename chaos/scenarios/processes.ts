import type { FaultPoint } from '../../src/platform/fault-points.js';
import { eventually } from '../../test/support/eventually.js';
import { COPIES_AT_ONCE, everyCopyOnce } from '../copies.js';
import { count } from '../guards.js';
import { pause } from '../pause.js';
import type { Scenario } from '../scenario.js';
import type { World } from '../world.js';

export const STEPS: readonly FaultPoint[] = [
  'intake.fetched',
  'intake.recording',
  'intake.recorded',
  'intake.begun',
  'intake.parsed',
  'intake.acting',
  'intake.acted',
  'server.acted',
  'server.recorded',
  'outbox.claiming',
  'outbox.claimed',
  'outbox.answered',
  'outbox.recorded',
  'outbox.copied',
  'outbox.copy_recorded',
  'event.handling',
  'event.handled',
];

/** Starts the process, has customers and an agent work, and waits for its death at the step. */
async function dieAt(
  world: World,
  point: FaultPoint,
  nth = world.random.between(1, 2),
): Promise<void> {
  await world.first.boot({ point, nth, signal: 'SIGKILL' });
  for (let round = 0; round < 12 && world.first.running; round += 1) {
    await world.mails(2);
    if (point.startsWith('event.') && world.first.running)
      await world.reply(1_500).catch(() => false);
    // Our own copy is filed a while after the mail has left.
    if (point.startsWith('outbox.cop')) world.advance(20_000);
    await world.first.death(700);
  }
  if (world.first.running) throw new Error(`nothing passed ${point}`);
  world.fault(`kill -9 at ${point}`);
}

/** Stops the first worker at the step for longer than its lease lasts: its late commit must be refused. */
async function stopAt(world: World, point: FaultPoint, nth = 1): Promise<void> {
  const [slow, other] = [world.workers[0]!, world.workers[1]!];
  await slow.boot({ point, nth, signal: 'SIGSTOP' });
  const stopped = slow.faults().length;
  for (let round = 0; round < 20 && slow.faults().length === stopped; round += 1) {
    await world.mails(2);
    await pause(300);
  }
  if (slow.faults().length === stopped) throw new Error(`nothing passed ${point}`);
  world.fault(`stop at ${point}`);
  await other.boot();
  await world.mails(3);
  await eventually(
    'the other worker has taken the mailbox over and done what came last',
    async () => {
      const last = world.sent.at(-1)!.messageId;
      return (
        (await count(world.db, `select count(*) from intake where message_id_header = $1`, [
          last,
        ])) > 0
      );
    },
    30_000,
  );
  slow.signal('SIGCONT');
  await world.mails(2);
  await world.settle();
  await slow.kill();
  await other.kill();
}

/** Who holds how many mailboxes at this moment. */
async function holders(world: World): Promise<{ owner: string; mailboxes: number }[]> {
  const { rows } = await world.db.query<{ owner: string; mailboxes: number }>(
    `select owner, count(*)::int as mailboxes from leases
      where name like 'mailbox:%' and expires_at > now() group by owner`,
  );
  return rows;
}

async function quietly(work: Promise<unknown>): Promise<void> {
  await work.catch(() => undefined);
}

export const processes: readonly Scenario[] = [
  {
    name: 'kill-at-steps',
    core: true,
    settings: { after: 'seen', ...COPIES_AT_ONCE },
    async run(world) {
      for (const point of world.random.shuffled(STEPS).slice(0, 4)) await dieAt(world, point);
      await world.first.boot();
      await everyCopyOnce(world);
    },
  },
  {
    name: 'kill-sweep',
    long: true,
    settings: { after: 'move', ...COPIES_AT_ONCE },
    async run(world) {
      for (const point of world.random.shuffled(STEPS)) await dieAt(world, point);
      await world.first.boot();
      await everyCopyOnce(world);
    },
  },
  {
    name: 'kill-at-random',
    async run(world) {
      await world.first.boot();
      for (let kills = 0; kills < 4; kills += 1) {
        const writing = world.mails(12);
        await pause(world.random.between(50, 900));
        await world.first.kill();
        world.fault('kill -9');
        await writing;
        await world.first.boot();
        await quietly(world.reply());
      }
    },
  },
  {
    name: 'two-workers',
    core: true,
    settings: { workers: 2 },
    async run(world) {
      await world.bootAll();
      for (let kills = 0; kills < 3; kills += 1) {
        const writing = world.mails(14);
        await pause(world.random.between(50, 700));
        const victim = world.random.pick(world.workers);
        await victim.kill();
        world.fault('kill -9 of one of two workers');
        await writing;
        await quietly(world.reply());
        await victim.start();
      }
    },
  },
  {
    name: 'four-workers',
    settings: { workers: 4 },
    async run(world) {
      await world.bootAll();
      for (let kills = 0; kills < 4; kills += 1) {
        const writing = world.mails(12);
        const victim = world.random.pick(world.workers);
        await victim.kill(world.random.pick(['SIGKILL', 'SIGTERM'] as const));
        world.fault('end of one of four workers');
        await writing;
        await victim.start();
      }
    },
  },
  {
    name: 'worker-added',
    settings: { workers: 2 },
    async run(world) {
      const [first, second] = [world.workers[0]!, world.workers[1]!];
      await first.boot();
      await world.mails(6);
      const writing = world.mails(30);
      await second.boot();
      await eventually(
        'each worker holds a mailbox',
        async () => (await holders(world)).length === 2,
      );
      world.fault('worker added');
      await writing;
      await first.kill('SIGTERM');
      world.fault('worker removed');
      const [owner] = await eventually('the other worker holds both', async () => {
        const owners = await holders(world);
        return owners.length === 1 && owners[0]!.mailboxes === 2 && owners;
      });
      await world.mails(6);
      await first.boot();
      await eventually('the share is even again', async () => (await holders(world)).length === 2);
      if (!(await holders(world)).some((one) => one.owner === owner!.owner))
        throw new Error('the worker that stayed holds nothing');
    },
  },
  {
    name: 'kill-while-recording',
    async run(world) {
      await dieAt(world, 'intake.recording', 1);
      await dieAt(world, 'intake.recording', 2);
      await dieAt(world, 'intake.fetched', 2);
      await world.first.boot();
      await world.mails(6);
    },
  },
  {
    name: 'kill-while-acting',
    async run(world) {
      await dieAt(world, 'intake.acting', 1);
      await dieAt(world, 'intake.acted', 1);
      await dieAt(world, 'intake.acted', 2);
      await world.first.boot();
    },
  },
  {
    name: 'kill-while-sending',
    async run(world) {
      await dieAt(world, 'outbox.answered', 1);
      await dieAt(world, 'outbox.answered', 2);
      await world.first.boot();
    },
  },
  {
    name: 'stopped-worker',
    core: true,
    settings: { workers: 2 },
    async run(world) {
      await stopAt(world, world.random.pick(['intake.begun', 'intake.parsed', 'outbox.answered']));
      await stopAt(world, 'intake.fetched');
      await world.bootAll();
    },
  },
  {
    name: 'stopped-while-recording',
    settings: { workers: 2 },
    async run(world) {
      await stopAt(world, 'intake.fetched', 2);
      await world.bootAll();
    },
  },
  {
    name: 'sigterm-under-load',
    core: true,
    async run(world) {
      for (let stops = 0; stops < 3; stops += 1) {
        await world.first.boot();
        const writing = world.mails(15);
        await pause(world.random.between(100, 900));
        const begun = performance.now();
        await world.first.kill('SIGTERM');
        world.fault('SIGTERM under load');
        if (performance.now() - begun > 10_500)
          throw new Error('SIGTERM took longer than ten seconds');
        await writing;
        const held = await count(
          world.db,
          `select count(*) from leases where name like 'mailbox:%' and expires_at > now()`,
        );
        if (held > 0) throw new Error(`${held} leases were not handed back at SIGTERM`);
      }
      await world.first.boot();
    },
  },
  {
    name: 'take-over',
    settings: { workers: 2, realTimers: true },
    async run(world) {
      const [first, second] = [world.workers[0]!, world.workers[1]!];
      await first.boot();
      await world.mails(6);
      await second.boot();
      await first.kill();
      world.fault('kill -9 of the holder, real timers');
      const died = performance.now();
      const mails = [await world.mail({ to: 'suporte' }), await world.mail({ to: 'financeiro' })];
      await eventually(
        'the other worker answers in both mailboxes',
        () =>
          mails.every(({ customer }) =>
            world.lab.sink.mails.some(({ recipients }) => recipients.includes(customer)),
          ),
        60_000,
      );
      const seconds = (performance.now() - died) / 1000;
      world.measured['take-over'] = Math.round(seconds * 10) / 10;
      if (seconds > 30) throw new Error(`taken over after ${seconds.toFixed(1)} s only`);
    },
  },
  {
    name: 'clock-jumps',
    async run(world) {
      await world.first.boot();
      for (const hours of [1, -1, -1, 1]) {
        await world.mails(5);
        world.advance(hours * 3_600_000);
        world.fault('clock jump of an hour');
        await world.mails(5);
        await quietly(world.reply());
      }
    },
  },
  {
    name: 'deadly-message',
    settings: {
      patches: [
        {
          file: 'src/modules/mailbox-intake/parser/parse-mail.js',
          from: 'const problems = new Set();',
          to: `const problems = new Set();
    if (Buffer.isBuffer(source) && source.includes('X-Laboratory: deadly')) process.exit(1);`,
        },
      ],
    },
    async run(world) {
      await world.first.boot();
      await world.mails(4);
      await world.mail({ deadly: true });
      world.fault('message that kills the parser');
      await world.mails(4);
    },
  },
];
