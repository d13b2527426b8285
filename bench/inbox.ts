import pg from 'pg';
import { Dovecot } from '../test/support/dovecot.js';
import { blackHole, figure, type Figure, Laboratory, product, quantile } from './laboratory.js';

const TICKETS = Number(
  process.argv.find((argument) => argument.startsWith('--tickets='))?.split('=')[1] ?? 100_000,
);
const REQUESTS_PER_SECOND = 20;
const SECONDS = 20;

/** Inbox list and ticket detail with many tickets, at a steady 20 requests a second. */
export async function inbox(): Promise<Figure[]> {
  const laboratory = await Laboratory.open();
  const dovecot = await Dovecot.start(['suporte@hd.test', 'financeiro@hd.test']);
  const smtp = await blackHole();
  const databaseUrl = await laboratory.database('ours');
  const desk = await product(databaseUrl, dovecot, smtp.port);
  try {
    await desk.boot();
    const api = desk.agent('sonia@hd.test', ['suporte']);
    await generateTickets(databaseUrl);
    const lists = [
      '/tickets?status=open&sort=dueAt',
      '/tickets?overdue=true',
      '/tickets?sort=-lastActivityAt',
      '/tickets?queue=suporte&status=open',
      '/tickets',
    ];
    const first = await api.get('/tickets?limit=100');
    const protocols: string[] = first.items.map((ticket: { protocol: string }) => ticket.protocol);
    const list = await steadily((turn) => api.get(lists[turn % lists.length]!));
    const detail = await steadily(async (turn) => {
      const protocol = protocols[turn % protocols.length]!;
      await Promise.all([
        api.get(`/tickets/${protocol}`),
        api.get(`/tickets/${protocol}/messages`),
      ]);
    });
    return [
      ['inbox-list', list],
      ['ticket-detail', detail],
    ].flatMap(([name, times]) =>
      [0.5, 0.99].map((share) =>
        figure({
          name: `${name as string}-p${share * 100}`,
          value: quantile(times as number[], share),
          unit: 'ms',
          direction: 'lower',
          limit: 50,
          kind: 'target',
          note: `${TICKETS} tickets, ${REQUESTS_PER_SECOND} requests/s for ${SECONDS} s`,
        }),
      ),
    );
  } finally {
    await desk.remove();
    await smtp.stop();
    await dovecot.stop();
    await laboratory.close();
  }
}

/** Starts a request every 50 ms, whether or not the one before has been answered; returns the response times. */
async function steadily(request: (turn: number) => Promise<unknown>): Promise<number[]> {
  for (let turn = 0; turn < 20; turn += 1) await request(turn); // warm up
  const times: number[] = [];
  const inFlight: Promise<void>[] = [];
  const start = performance.now();
  for (let turn = 0; turn < REQUESTS_PER_SECOND * SECONDS; turn += 1) {
    const planned = start + (turn * 1000) / REQUESTS_PER_SECOND;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, planned - performance.now())));
    inFlight.push(request(turn).then(() => void times.push(performance.now() - planned)));
  }
  await Promise.all(inFlight);
  return times;
}

/** Tickets with one message and one clock each, spread over a year, two queues, three statuses. */
async function generateTickets(databaseUrl: string): Promise<void> {
  const db = new pg.Client({ connectionString: databaseUrl });
  await db.connect();
  await db.query(
    `insert into requesters (id, name, created_at)
    select gen_random_uuid(), 'Cliente ' || n, now() from generate_series(1, $1 / 10) n`,
    [TICKETS],
  );
  await db.query(`insert into calendar_versions (name, version, sha256, definition, created_at)
    values ('bench', 1, 'bench', '{}', now())`);
  await db.query(
    `with people as (select array_agg(id) ids from requesters),
     made as (
       insert into tickets (subject, status, channel, mailbox_key, queue_key, requester_id, requester_address,
         reason_decided_by, reason_confidence, created_at, received_at, last_activity_at, due_at, due_kind)
       select 'Dúvida número ' || n, (array['open','awaiting_customer','resolved','resolved'])[1 + n % 4], 'email',
         case when n % 5 = 0 then 'financeiro' else 'suporte' end, case when n % 5 = 0 then 'financeiro' else 'suporte' end,
         ids[1 + n % cardinality(ids)], 'cliente' || n || '@cli.test', 'none', 0,
         now() - make_interval(mins => n * 5), now() - make_interval(mins => n * 5), now() - make_interval(mins => n * 5),
         case when n % 4 = 0 then now() + make_interval(mins => 4000 - n) end, case when n % 4 = 0 then 'first_return' end
       from generate_series(1, $1) n, people
       returning id, created_at, due_at),
     texts as (
       insert into messages (ticket_id, kind, author_kind, author_name, author_address, subject, body_text, visible_text, created_at, received_at)
       select id, 'inbound', 'customer', 'Cliente', 'cliente@cli.test', 'Dúvida', repeat('Preciso de ajuda com a página. ', 40),
         repeat('Preciso de ajuda com a página. ', 40), created_at, created_at from made
       returning 1)
     select count(*) from texts`,
    [TICKETS],
  );
  await db.query(
    `insert into clocks (ticket_id, kind, state, policy_key, policy, calendar_version_id, started_at, due_at, warned_at, breached_at, created_at)
     select t.id, 'first_return', 'breached', 'default', '{"businessDays":3}', v.id, t.created_at, t.due_at, now(), now(), t.created_at
       from tickets t, calendar_versions v where t.due_at is not null and v.name = 'bench'`,
  );
  await db.query('vacuum analyze');
  await db.end();
}
