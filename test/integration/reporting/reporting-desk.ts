import type { Response } from 'supertest';
import type { Database } from '../../../src/platform/index.js';
import { Factories } from '../../support/factories.js';
import { httpApp, type HttpApp, type TestAgent } from '../../support/http-app.js';

/** An instant from the wall clock of São Paulo in 2026 (UTC−3 all year). */
export const at = (local: string): Date =>
  new Date(`${local.replace(' ', 'T')}${local.length > 16 ? '' : ':00'}-03:00`);

export interface ClockAbout {
  readonly kind?: string;
  readonly state: string;
  readonly startedAt?: string;
  readonly dueAt?: string;
  readonly endedAt?: string | null;
  readonly endReason?: string | null;
  readonly answered?: boolean;
  readonly businessHours?: number | null;
  readonly revocations?: number;
  readonly endedQueue?: string | null;
  readonly endedReason?: string | null;
  readonly endedAgent?: string | null;
}

/** The application on a database of its own, filled by SQL with rows whose figures a person can add up. */
export class ReportingDesk {
  private readonly factories: Factories;
  private calendarVersionId = '';

  private constructor(readonly http: HttpApp) {
    this.factories = new Factories(http.database);
  }

  static async open(): Promise<ReportingDesk> {
    const desk = new ReportingDesk(await httpApp());
    const [row] = await desk.database.query<{ id: string }>(
      `insert into calendar_versions (name, version, sha256, definition, created_at)
       values ('spec', 1, 'spec', '{}', now()) returning id`,
    );
    desk.calendarVersionId = row!.id;
    return desk;
  }

  get database(): Database {
    return this.http.database;
  }

  /** An unresolved ticket that came in at `local`; `changes` are further columns by name. */
  async ticket(
    local: string,
    changes: Readonly<Record<string, unknown>> = {},
    queue = 'suporte',
  ): Promise<string> {
    const { ticketId } = await this.factories.ticket({ queue, createdAt: at(local) });
    for (const [column, value] of Object.entries(changes)) {
      await this.database.query(`update tickets set ${column} = $2 where id = $1`, [
        ticketId,
        value,
      ]);
    }
    return ticketId;
  }

  /** A ticket that was resolved at `local`, after so many business hours. */
  async resolved(
    receivedAt: string,
    local: string,
    about: { hours?: number | null; closeReason?: string; queue?: string } = {},
  ): Promise<string> {
    const ticketId = await this.ticket(
      receivedAt,
      { status: 'resolved', resolved_at: at(local), close_reason: about.closeReason ?? null },
      about.queue,
    );
    await this.database.query(
      'insert into ticket_resolutions (ticket_id, resolved_at, business_ms, measured) values ($1, $2, $3, true)',
      [ticketId, at(local), about.hours == null ? null : about.hours * 3_600_000],
    );
    return ticketId;
  }

  async clock(ticketId: string, about: ClockAbout): Promise<void> {
    const answerId =
      about.answered === true
        ? await this.factories.message(ticketId, { kind: 'reply', text: 'Resposta' })
        : null;
    await this.database.query(
      `insert into clocks (ticket_id, kind, state, policy_key, policy, calendar_version_id, started_at, due_at, breached_at,
         ended_at, ended_by_message_id, end_reason, business_ms, revocations, ended_queue_key, ended_reason_key,
         ended_agent_id, created_at)
       values ($1, $2, $3, 'default', '{}', $4, $5, $6, case when $3 = 'breached' then $6::timestamptz end, $7, $8, $9, $10,
         $11, $12, $13, $14, $5)`,
      [
        ticketId,
        about.kind ?? 'first_return',
        about.state,
        this.calendarVersionId,
        at(about.startedAt ?? '2026-11-03 10:00'),
        at(about.dueAt ?? '2026-11-06 18:00'),
        about.endedAt == null ? null : at(about.endedAt),
        answerId,
        about.endReason ?? null,
        about.businessHours == null ? null : about.businessHours * 3_600_000,
        about.revocations ?? 0,
        about.endedQueue ?? null,
        about.endedReason ?? null,
        about.endedAgent ?? null,
      ],
    );
  }

  async feedback(ticketId: string, score: number, comment: string, local: string): Promise<void> {
    await this.database.query(
      'insert into feedback (ticket_id, score, comment, created_at, updated_at) values ($1, $2, $3, $4, $4)',
      [ticketId, score, comment, at(local)],
    );
  }

  get(agent: TestAgent, path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.http
      .api()
      .get(`/api/v1/reports/${path}`)
      .set({ Authorization: `Bearer ${agent.token}`, ...headers })
      .buffer(true);
  }

  /** The items of a report, without `group` and `period` where they were not asked for. */
  async items<Row = Record<string, unknown>>(agent: TestAgent, path: string): Promise<Row[]> {
    const answer = await this.get(agent, path);
    if (answer.status !== 200) throw new Error(`${path} → ${answer.status} ${answer.text}`);
    return (answer.body as { items: Row[] }).items;
  }
}
