import path from 'node:path';
import { openDatabase } from '../src/cli/store/open-database.js';
import { CurrentConfig, type HelpdeskConfig } from '../src/config/index.js';
import { REPORTS, type ReportName } from '../src/modules/reporting/domain/report.js';
import { Reports, type ReportRequest } from '../src/modules/reporting/reports.facade.js';
import { ClockReportStore } from '../src/modules/reporting/store/clock-report.store.js';
import { FeedbackReportStore } from '../src/modules/reporting/store/feedback-report.store.js';
import { ReportReader } from '../src/modules/reporting/store/report-reader.js';
import { TicketReportStore } from '../src/modules/reporting/store/ticket-report.store.js';
import { migrate } from '../src/platform/database/migrate.js';
import { FixedClock, type Database } from '../src/platform/index.js';
import { calendarsOf } from '../test/support/calendars.js';
import { CHECKOUT } from '../test/support/product.js';
import { figure, Laboratory, median, type Figure } from './laboratory.js';

const TICKETS = Number(
  process.argv.find((argument) => argument.startsWith('--tickets='))?.split('=')[1] ?? 1_000_000,
);
const NOW = new Date('2026-11-09T15:00:00Z');
const RUNS = 5;
/** Somebody waits for a page: a month's report is to come at once, the longest one while she still looks at it. */
const MONTH_LIMIT_MS = 500;
const LONGEST_LIMIT_MS = 5_000;
const QUEUES = ['suporte', 'financeiro', 'produto', 'analistas'];

/** Every report at so many tickets of 400 days: the longest range there is, by agent and week, and the last thirty days. */
export async function reports(): Promise<Figure[]> {
  const laboratory = await Laboratory.open();
  const url = await laboratory.database('ours');
  await migrate(url, path.join(CHECKOUT, 'migrations'));
  const database = await openDatabase(url);
  try {
    await generate(database);
    const answers = reportsOn(database);
    const figures: Figure[] = [];
    for (const name of REPORTS) {
      figures.push(await timed(answers, name, 'month', { from: '2026-10-11', to: '2026-11-09' }));
      figures.push(
        await timed(answers, name, 'longest', {
          from: '2025-10-06',
          to: '2026-11-09',
          groupBy: 'agent',
          ...(name === 'peak-hours' || name === 'backlog' ? {} : { period: 'week' as const }),
        }),
      );
    }
    return figures;
  } finally {
    await database.dataSource.destroy();
    await laboratory.close();
  }
}

function reportsOn(database: Database): Reports {
  const config = new CurrentConfig({ version: 1, config: { calendars: {} } as HelpdeskConfig });
  const clock = new FixedClock(NOW);
  const reader = new ReportReader(database);
  return new Reports(
    new ClockReportStore(reader),
    new TicketReportStore(reader),
    new FeedbackReportStore(reader),
    calendarsOf(config, database, clock),
    clock,
  );
}

async function timed(
  answers: Reports,
  name: ReportName,
  range: 'month' | 'longest',
  request: ReportRequest,
): Promise<Figure> {
  // A member of three of the four queues.
  const scope = { countedQueues: QUEUES.filter((key) => key !== 'financeiro'), readableQueues: [] };
  const times: number[] = [];
  let rows = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const begun = performance.now();
    rows = (await answers.run(name, scope, request)).report.items.length;
    times.push(performance.now() - begun);
  }
  return figure({
    name: `report-${name}-${range}`,
    value: median(times),
    unit: 'ms',
    direction: 'lower',
    limit: range === 'month' ? MONTH_LIMIT_MS : LONGEST_LIMIT_MS,
    kind: 'target',
    note: `${TICKETS} tickets over 400 days; ${rows} rows; slowest ${Math.round(Math.max(...times))} ms`,
  });
}

/** One ticket after the other over 400 days: 97 in 100 resolved, 1.4 clocks each, one in ten with feedback. */
async function generate(database: Database): Promise<void> {
  await database.query(
    `insert into queues (key, name, private) select k, initcap(k), k = 'financeiro' from unnest($1::text[]) k`,
    [QUEUES],
  );
  await database.query(
    `insert into reasons (key, label, queue_key) select 'motivo-' || n, 'Motivo ' || n, 'suporte' from generate_series(1, 8) n`,
  );
  await database.query(`insert into agents (id, email, name, role, created_at)
    select md5('agente' || n)::uuid, 'agente' || n || '@empresa.example', 'Agente ' || n, 'agent', now() from generate_series(1, 40) n`);
  await database.query(`insert into calendar_versions (name, version, sha256, definition, created_at)
    values ('bench', 1, 'bench', '{}', now())`);
  await database.query(
    `insert into tickets (subject, channel, queue_key, reason_key, assignee_id, status, reason_decided_by, reason_confidence,
       created_at, received_at, last_activity_at, resolved_at, close_reason, due_at, tags)
     select 'Dúvida', case when n % 5 = 0 then 'form' else 'email' end,
            case when n % 10 < 7 then 'suporte' else ($3::text[])[1 + n % 4] end, 'motivo-' || (1 + n % 8),
            md5('agente' || (1 + n % 40))::uuid, case when r is null then 'open' else 'resolved' end, 'clues', 1, c, c, c, r,
            case when r is not null and n % 12 = 0 then 'spam' end, case when r is null then c + interval '3 days' end,
            case when n % 20 = 0 then array['vip'] else '{}'::text[] end
       from (select n, c, case when n % 100 >= 3 then c + make_interval(hours => (n % 90)::int) end as r
               from (select n, $1::timestamptz - interval '400 days' * (1 - n::float8 / $2::int) as c
                       from generate_series(1, $2::int) n) a) b`,
    [NOW, TICKETS, QUEUES],
  );
  await database.query(`insert into ticket_resolutions (ticket_id, resolved_at, business_ms, measured)
    select id, resolved_at, 1000 * (id % 100000), true from tickets where resolved_at is not null`);
  await database.query(`
    insert into clocks (ticket_id, kind, state, policy_key, policy, calendar_version_id, started_at, due_at, breached_at,
       ended_at, end_reason, business_ms, ended_queue_key, ended_reason_key, ended_agent_id, created_at)
     select t.id, case when k = 1 then 'first_return' else 'next_return' end,
            case when t.resolved_at is null then 'running' when t.id % 9 = 0 then 'breached' else 'met' end, 'default',
            '{"businessDays":3}', v.id, t.created_at, t.created_at + interval '5 days',
            case when t.resolved_at is not null and t.id % 9 = 0 then t.created_at + interval '5 days' end,
            t.resolved_at, case when t.resolved_at is not null then 'answered' end,
            case when t.resolved_at is not null then 1000 * (t.id % 90000) end,
            case when t.resolved_at is not null then t.queue_key end,
            case when t.resolved_at is not null then t.reason_key end,
            case when t.resolved_at is not null then t.assignee_id end, t.created_at
       from tickets t cross join generate_series(1, 2) k cross join calendar_versions v
      where k = 1 or (t.id % 5 < 2 and t.resolved_at is not null)`);
  // An answer that ended a clock is a message; one stands for all.
  await database.query(`with m as (insert into messages (ticket_id, kind, author_kind, created_at)
      select min(id), 'reply', 'agent', now() from tickets returning id)
    update clocks set ended_by_message_id = (select id from m) where end_reason = 'answered'`);
  await database.query(`insert into feedback (ticket_id, score, comment, created_at, updated_at)
    select id, 1 + id % 5, case when id % 30 = 0 then 'Bom.' else '' end, resolved_at, resolved_at
      from tickets where resolved_at is not null and id % 10 = 0`);
  await database.query('vacuum analyze');
}
