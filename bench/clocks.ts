import path from 'node:path';
import { openDatabase } from '../src/cli/store/open-database.js';
import { ClockWatcher } from '../src/modules/sla/clock-watcher.js';
import { DueClockStore } from '../src/modules/sla/store/due-clock.store.js';
import { slaBreached, slaWarned } from '../src/modules/sla/index.js';
import { migrate } from '../src/platform/database/migrate.js';
import { Background, EventBus, FixedClock, Wakeups, type Database } from '../src/platform/index.js';
import { CHECKOUT } from '../test/support/product.js';
import { figure, Laboratory, median, quantile, type Figure } from './laboratory.js';

const CLOCKS = Number(
  process.argv.find((argument) => argument.startsWith('--clocks='))?.split('=')[1] ?? 1_000_000,
);
const TICKS = 200;
/** Between ticks of the second figure, so that a few clocks warn and a few are breached in each. */
const SECONDS_A_TICK = 5;
const LIMIT_MS = 20;

/** One tick of the watcher with a million open clocks: seven in ten run, the others wait for customers, a few are due. */
export async function clocks(): Promise<Figure[]> {
  const laboratory = await Laboratory.open();
  const url = await laboratory.database('ours');
  await migrate(url, path.join(CHECKOUT, 'migrations'));
  const database = await openDatabase(url);
  try {
    const start = new Date('2026-11-09T12:00:00Z');
    await generate(database, start);
    const clock = new FixedClock(start);
    const wakeups = new Wakeups();
    const bus = new EventBus(wakeups);
    for (const topic of [slaWarned, slaBreached])
      bus.subscribe(topic, 'bench', async () => undefined);
    const watcher = new ClockWatcher(
      database,
      new DueClockStore(database),
      bus,
      clock,
      wakeups,
      new Background(),
    );
    const quiet = await ticks(watcher, () => undefined);
    const busy = await ticks(watcher, () => clock.advanceMs(SECONDS_A_TICK * 1_000));
    return [
      tickFigure('watcher-tick-nothing-due', quiet.times, 'nothing due'),
      tickFigure(
        'watcher-tick',
        busy.times,
        `${busy.published / TICKS} warnings and breaches a tick`,
      ),
    ];
  } finally {
    await database.dataSource.destroy();
    await laboratory.close();
  }
}

async function ticks(
  watcher: ClockWatcher,
  before: () => void,
): Promise<{ times: number[]; published: number }> {
  const times: number[] = [];
  let published = 0;
  for (let tick = 0; tick < TICKS; tick += 1) {
    before();
    const begun = performance.now();
    const { warned, breached } = await watcher.round();
    times.push(performance.now() - begun);
    published += warned + breached;
  }
  return { times, published };
}

function tickFigure(name: string, times: readonly number[], note: string): Figure {
  return figure({
    name,
    value: median(times),
    unit: 'ms',
    direction: 'lower',
    limit: LIMIT_MS,
    kind: 'target',
    note: `${CLOCKS} open clocks; ${note}; p95 ${quantile(times, 0.95).toFixed(1)} ms`,
  });
}

/** From `start` on seven clocks in ten seconds are due, and as many warn; three in ten stand still, due long ago. */
async function generate(database: Database, start: Date): Promise<void> {
  await database.query(
    `insert into queues (key, name, private) values ('suporte', 'Suporte', false)`,
  );
  await database.query(`insert into calendar_versions (name, version, sha256, definition, created_at)
    values ('bench', 1, 'bench', '{}', now())`);
  await database.query(
    `insert into tickets (subject, channel, queue_key, reason_decided_by, reason_confidence, created_at, received_at,
       last_activity_at)
     select 'Dúvida', 'email', 'suporte', 'none', 0, $1, $1, $1 from generate_series(1, $2::int)`,
    [start, CLOCKS],
  );
  await database.query(
    `insert into clocks (ticket_id, kind, state, policy_key, policy, calendar_version_id, started_at, due_at, warn_at, created_at)
     select t.id, 'overall_resolution', case when n % 10 < 7 then 'running' else 'paused' end, 'default',
            '{"businessMinutes":600}', v.id, $1,
            $1::timestamptz + make_interval(secs => case when n % 10 < 7 then n else -n end),
            $1::timestamptz + make_interval(secs => case when n % 10 < 7 then n - 300 else -n end), $1
       from (select id, id - min(id) over () + 1 as n from tickets) t, calendar_versions v`,
    [start],
  );
  await database.query('vacuum analyze');
}
