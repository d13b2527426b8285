import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../../platform/index.js';
import type { Colleague } from '../domain/recipients.js';

export type News = 'warned' | 'breached';

export interface NewNotice {
  readonly clockId: string;
  readonly ticketId: string;
  readonly news: News;
  readonly pointAt: Date;
  readonly dueAt: Date;
  readonly decideAt: Date;
}

export interface WaitingNotice extends NewNotice {
  readonly id: string;
}

/** What notices need of a ticket, as it is now. */
export interface NoticeTicket {
  readonly queueKey: string;
  readonly mailboxKey: string | null;
  readonly assigneeId: string | null;
}

/** The same, with its clock. */
export interface NoticeSubject extends NoticeTicket {
  readonly escalatedTo: string | null;
  readonly clockKind: string;
  readonly running: boolean;
  readonly breached: boolean;
}

/** `deadline_notices`, and what is read of tickets, clocks and people. */
@Injectable()
export class NoticesStore {
  constructor(private readonly database: Database) {}

  /** Null for an unknown ticket. */
  async ticket(tx: Tx, ticketId: string): Promise<NoticeTicket | null> {
    const [row] = await tx.query<NoticeTicket & Record<string, unknown>>(
      `select queue_key as "queueKey", mailbox_key as "mailboxKey", assignee_id as "assigneeId"
         from tickets where id = $1`,
      [ticketId],
    );
    return row ?? null;
  }

  /** Null where this point of this clock has its notice already. */
  async insert(tx: Tx, notice: NewNotice): Promise<WaitingNotice | null> {
    const [row] = await tx.query<{ id: string }>(
      `insert into deadline_notices (clock_id, ticket_id, news, point_at, due_at, decide_at)
       values ($1, $2, $3, $4, $5, $6) on conflict (clock_id, news, point_at) do nothing returning id`,
      [notice.clockId, notice.ticketId, notice.news, notice.pointAt, notice.dueAt, notice.decideAt],
    );
    return row === undefined ? null : { ...notice, id: row.id };
  }

  async anyDue(now: Date): Promise<boolean> {
    const rows = await this.database.query(
      `select 1 from deadline_notices where outcome = 'waiting' and decide_at <= $1 limit 1`,
      [now],
    );
    return rows.length > 0;
  }

  /** The next one that is due, locked; one that another worker holds is skipped. */
  async nextDue(tx: Tx, now: Date): Promise<WaitingNotice | null> {
    const [row] = await tx.query<WaitingNotice & Record<string, unknown>>(
      `select id, clock_id as "clockId", ticket_id as "ticketId", news, point_at as "pointAt", due_at as "dueAt",
              decide_at as "decideAt"
         from deadline_notices where outcome = 'waiting' and decide_at <= $1
        order by decide_at, id limit 1 for update skip locked`,
      [now],
    );
    return row ?? null;
  }

  async subject(tx: Tx, notice: WaitingNotice): Promise<NoticeSubject | null> {
    const [row] = await tx.query<NoticeSubject & Record<string, unknown>>(
      `select t.queue_key as "queueKey", t.mailbox_key as "mailboxKey", t.assignee_id as "assigneeId",
              t.escalated_to as "escalatedTo", k.kind as "clockKind", k.ended_at is null as running,
              k.breached_at is not null as breached
         from tickets t join clocks k on k.id = $2 where t.id = $1`,
      [notice.ticketId, notice.clockId],
    );
    return row ?? null;
  }

  /** Members in service, by name. */
  colleagues(tx: Tx, queueKey: string, now: Date): Promise<Colleague[]> {
    return tx.query<Colleague & Record<string, unknown>>(
      `select a.id as "agentId", a.email, a.name, m.supervisor,
              exists (select 1 from agent_absences x where x.agent_id = a.id
                         and (x.until_at is null or x.until_at > $2)) as absent
         from queue_members m join agents a on a.id = m.agent_id
        where m.queue_key = $1 and a.disabled_at is null order by a.name, a.email`,
      [queueKey, now],
    );
  }

  async decide(
    tx: Tx,
    id: string,
    decision: { outcome: 'told' | 'nobody' | 'moot'; told: number; at: Date },
  ): Promise<void> {
    await tx.execute(
      'update deadline_notices set outcome = $2, told = $3, decided_at = $4 where id = $1',
      [id, decision.outcome, decision.told, decision.at],
    );
  }

  async countMiss(tx: Tx, news: News): Promise<void> {
    await tx.execute(
      `insert into notice_misses as m (news, total) values ($1, 1)
       on conflict (news) do update set total = m.total + 1`,
      [news],
    );
  }

  async forgetDecided(tx: Tx, before: Date): Promise<number> {
    return tx.execute('delete from deadline_notices where decided_at < $1', [before]);
  }
}
