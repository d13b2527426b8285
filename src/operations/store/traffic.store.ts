import { Injectable, type OnModuleInit } from '@nestjs/common';
import { createLogger, Database } from '../../platform/index.js';

const log = createLogger('operations');

/** Rows may become visible a little out of the order of their ids; nobody is that late any more. */
const SETTLED_AFTER = `interval '5 minutes'`;

const LAST_ID = '9223372036854775807';

export interface Traffic {
  readonly mailbox: string;
  readonly rows: number;
}

export interface SentTraffic extends Traffic {
  readonly automatic: boolean;
}

const START = `
  select coalesce((select max(id) from intake), 0) as intake,
         coalesce((select min(id) - 1 from outbox where state = 'queued'),
                  (select max(id) from outbox), 0) as outbox,
         now() as at`;

const RECORDED = `
  select mailbox_key as mailbox, count(*)::int as rows from intake where id > $1 and id <= $2 group by 1`;

const RECORDED_SETTLED = `
  select coalesce((select min(id) - 1 from intake where id > $1 and fetched_at >= now() - ${SETTLED_AFTER}),
                  (select max(id) from intake), $1) as id`;

const SENT = `
  select mailbox_key as mailbox, automatic, count(*)::int as rows
    from outbox where id > $1 and id <= $2 and sent_at >= $3 group by 1, 2`;

/** Up to where every row has come to its end; what is queued, held or being sent is counted later. */
const SENT_SETTLED = `
  select coalesce((select min(id) - 1 from outbox
                    where id > $1 and (state in ('queued', 'held', 'sending')
                                       or created_at >= now() - ${SETTLED_AFTER})),
                  (select max(id) from outbox), $1) as id`;

/**
 * What came in and went out since the process started, as growing numbers. Each call reads only the rows since the
 * last settled one, so its cost follows the traffic and not the size of the tables.
 */
@Injectable()
export class TrafficStore implements OnModuleInit {
  private since: { intake: string; outbox: string; at: Date } | null = null;
  private readonly recordedSettled = new Map<string, Traffic>();
  private readonly sentSettled = new Map<string, SentTraffic>();

  constructor(private readonly database: Database) {}

  /** Before background work begins: what the first scrape finds done counts. */
  async onModuleInit(): Promise<void> {
    try {
      await this.start();
    } catch (error) {
      // Counters are no reason not to start; they then begin at the first scrape.
      log.warn({ err: error }, 'the counters could not be set to their start');
    }
  }

  /** Messages recorded from each mailbox. */
  async recorded(): Promise<Traffic[]> {
    const since = await this.start();
    const boundary = await this.boundary(RECORDED_SETTLED, since.intake);
    for (const row of await this.recordedBetween(since.intake, boundary)) {
      add(this.recordedSettled, row.mailbox, row);
    }
    since.intake = boundary;
    const totals = new Map(this.recordedSettled);
    for (const row of await this.recordedBetween(boundary, LAST_ID)) add(totals, row.mailbox, row);
    return [...totals.values()];
  }

  /** Mails that SMTP accepted, by mailbox and by whether a person or the helpdesk wrote them. */
  async sent(): Promise<SentTraffic[]> {
    const since = await this.start();
    const boundary = await this.boundary(SENT_SETTLED, since.outbox);
    for (const row of await this.sentBetween(since.outbox, boundary, since.at)) {
      add(this.sentSettled, keyOf(row), row);
    }
    since.outbox = boundary;
    const totals = new Map(this.sentSettled);
    for (const row of await this.sentBetween(boundary, LAST_ID, since.at)) {
      add(totals, keyOf(row), row);
    }
    return [...totals.values()];
  }

  private async boundary(sql: string, after: string): Promise<string> {
    const [row] = await this.database.query<{ id: string }>(sql, [after]);
    return row?.id ?? after;
  }

  private recordedBetween(after: string, upTo: string): Promise<Traffic[]> {
    return this.database.query<Traffic & Record<string, unknown>>(RECORDED, [after, upTo]);
  }

  private sentBetween(after: string, upTo: string, from: Date): Promise<SentTraffic[]> {
    return this.database.query<SentTraffic & Record<string, unknown>>(SENT, [after, upTo, from]);
  }

  private async start(): Promise<{ intake: string; outbox: string; at: Date }> {
    if (this.since === null) {
      const [row] = await this.database.query<{ intake: string; outbox: string; at: Date }>(START);
      this.since ??= row ?? { intake: '0', outbox: '0', at: new Date(0) };
    }
    return this.since;
  }
}

function keyOf({ mailbox, automatic }: SentTraffic): string {
  return `${automatic} ${mailbox}`;
}

function add<Row extends Traffic>(totals: Map<string, Row>, key: string, row: Row): void {
  totals.set(key, { ...row, rows: (totals.get(key)?.rows ?? 0) + row.rows });
}
