import { eventually } from '../../test/support/eventually.js';
import { count } from '../guards.js';
import type { Patch } from '../patches.js';
import type { Scenario } from '../scenario.js';
import type { World } from '../world.js';

const PERIOD_MS = 61_000;
const LATE_MS = 31_000;

/** Probes are looked at every few seconds; the laboratory has less time. */
const QUICK: Patch = {
  file: 'src/modules/mailbox-intake/background/canaries.js',
  from: 'LOOK_MS = 5_000',
  to: 'LOOK_MS = 300',
};

/** Mail to our own addresses comes back to them, as long as nobody swallows it. */
function deliverOwn(world: World, arrives: () => boolean): void {
  world.lab.sink.script = {
    onMessage: async ({ envelopeFrom, recipients, raw }) => {
      for (const to of recipients)
        if (to.endsWith('@hd.test') && arrives())
          await world.lab.dovecot.deliver(to, raw, envelopeFrom);
    },
  };
}

const sent = (world: World): Promise<number> =>
  count(world.db, 'select count(*) from canaries where accepted_at is not null');
const back = (world: World): Promise<number> =>
  count(world.db, 'select count(*) from canaries where recognised_at is not null');
const alarms = (world: World): Promise<number> =>
  count(
    world.db,
    `select count(*) from alarms where key like 'mailbox.%.canary' and cleared_at is null`,
  );

/** The next probe of every mailbox has left. */
async function leave(world: World): Promise<void> {
  const before = await sent(world);
  world.advance(PERIOD_MS);
  await eventually(
    'the next probes have left',
    async () => (await sent(world)) >= before + world.mailboxes.length,
    20_000,
  );
}

/** Every probe that came back is one message, without a ticket and without a mail; customers have theirs. */
async function probesStayProbes({ db, sent: customers }: World): Promise<void> {
  const strange = await count(
    db,
    `select (select count(*) from canaries c join intake i on i.id = c.intake_id
              where i.disposition <> 'canary' or i.ticket_id is not null)
          + (select count(*) from intake i where i.disposition = 'canary'
              and (select count(*) from canaries c where c.intake_id = i.id) <> 1)
          + (select count(*) from outbox where primary_recipient like '%@hd.test')`,
  );
  if (strange > 0) throw new Error(`${strange} probes are more than probes, or less`);
  const tickets = await count(db, 'select count(*) from tickets');
  if (tickets !== customers.length)
    throw new Error(`${customers.length} customers have ${tickets} tickets`);
}

export const canary: readonly Scenario[] = [
  {
    name: 'canaries',
    settings: {
      workers: 2,
      patches: [QUICK],
      mailbox: 'canary: { everyMinutes: 1, lateAfterSeconds: 30 }',
    },
    async run(world) {
      let swallows = false;
      deliverOwn(world, () => !swallows);
      await world.bootAll();
      await world.mails(3);
      await eventually('the first probes are back', async () => (await back(world)) >= 2, 20_000);
      for (let kills = 0; kills < 3; kills += 1) {
        world.advance(PERIOD_MS);
        await world.mails(2);
        const victim = world.random.pick(world.workers);
        await victim.kill();
        world.fault('kill -9 of one of two workers');
        await victim.start();
      }
      await world.settle();
      swallows = true;
      await leave(world);
      world.fault('probe swallowed', world.mailboxes.length);
      world.advance(LATE_MS);
      await eventually(
        'late probes are an alarm',
        async () => (await alarms(world)) === world.mailboxes.length,
        20_000,
      );
      swallows = false;
      const before = await back(world);
      await leave(world);
      await eventually(
        'the alarms are over once probes are back',
        async () =>
          (await back(world)) >= before + world.mailboxes.length && (await alarms(world)) === 0,
        20_000,
      );
      await world.settle();
      await probesStayProbes(world);
    },
  },
];
