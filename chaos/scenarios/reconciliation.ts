import { count } from '../guards.js';
import { pause } from '../pause.js';
import type { Scenario } from '../scenario.js';
import type { World } from '../world.js';

interface Answer {
  readonly clean: boolean;
  readonly mailboxes: {
    readonly mailbox: string;
    readonly differences: number | null;
    readonly error: string | null;
    readonly report: { readonly items: readonly { kind: string; uid: number | null }[] } | null;
  }[];
}

/** The operator's command, beside whatever runs. */
async function reconcile(world: World, ...options: string[]): Promise<Answer> {
  const args = ['intake', 'reconcile', '--json', ...options];
  return JSON.parse(await world.lab.tool(args, world.env(), '', [0, 1])) as Answer;
}

/** A row that is gone, as by a restore of an older database: the cursor stands above it. */
async function forget(world: World, messageId: string): Promise<void> {
  await world.db.query(
    `with gone as (select id, ticket_id from intake where message_id_header = $1),
          parts as (update messages set intake_id = null, kind = 'note', message_id_header = null
                     where intake_id in (select id from gone))
     delete from intake where id in (select id from gone)`,
    [messageId],
  );
}

export const reconciliation: readonly Scenario[] = [
  {
    name: 'passed-over',
    settings: { workers: 2 },
    async run(world) {
      await world.bootAll();
      await world.mails(12);
      await world.allDone();
      const victims = world.random.shuffled(world.sent).slice(0, 3);
      for (const { messageId } of victims) await forget(world, messageId);
      world.fault('row of a recorded message gone', victims.length);
      const writing = world.mails(10);
      const found = await reconcile(world);
      const missing = found.mailboxes.flatMap(({ report }) => report?.items ?? []);
      if (missing.length !== victims.length || missing.some(({ kind }) => kind !== 'missing'))
        throw new Error(`${victims.length} are missing, found was ${JSON.stringify(missing)}`);
      const alarms = await count(
        world.db,
        `select count(*) from alarms where key like 'intake.reconciliation.%' and cleared_at is null`,
      );
      if (alarms === 0) throw new Error('a difference raised no alarm');
      await writing;
      if (!(await reconcile(world, '--fix')).clean) throw new Error('--fix left differences');
      await world.settle();
      if (!(await reconcile(world)).clean) throw new Error('a second run found differences');
    },
  },
  {
    name: 'reconcile-after-faults',
    settings: { workers: 2 },
    async run(world) {
      await world.bootAll();
      for (let turn = 0; turn < 3; turn += 1) {
        const writing = world.mails(8);
        const comparing = reconcile(world, ...(turn === 1 ? ['--fix'] : [])).catch(() => null);
        await pause(world.random.between(50, 600));
        const victim = world.random.pick(world.workers);
        await victim.kill(world.random.pick(['SIGKILL', 'SIGTERM'] as const));
        world.fault('end of a worker while it compared');
        world.fault('IMAP line cut', world.lab.lines.imap.cutAll());
        await writing;
        // Whatever was cut: nothing that came meanwhile may count as missing.
        const told =
          (await comparing)?.mailboxes.flatMap(({ report }) => report?.items ?? []) ?? [];
        if (told.length > 0) throw new Error(`false alarm: ${JSON.stringify(told)}`);
        await victim.start();
      }
      await world.settle();
      const after = await reconcile(world);
      if (!after.clean) throw new Error(`not clean: ${JSON.stringify(after)}`);
    },
  },
];
