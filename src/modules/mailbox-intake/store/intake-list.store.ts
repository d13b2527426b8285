import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/index.js';
import type { Authentication } from '../domain/authentication.js';
import type { JournalEntry } from '../domain/decision.js';
import { namedTickets, withoutTickets } from '../domain/named-tickets.js';
import { RESTRICTED_LABEL, ticketsOutOfSight } from '../../tickets/index.js';

/** One intake row as people see it. */
export interface IntakeListing {
  readonly id: string;
  readonly mailboxKey: string;
  /** The queue whose members may see it: the ticket's, else the mailbox's at intake (D20). */
  readonly queueKey: string;
  readonly folder: string;
  readonly uidvalidity: string;
  readonly uid: string;
  readonly sizeBytes: string;
  readonly sha256: string | null;
  readonly fingerprint: string | null;
  readonly partial: boolean;
  readonly receivedAt: Date;
  readonly fetchedAt: Date;
  readonly processedAt: Date | null;
  readonly state: 'stored' | 'done' | 'quarantined';
  readonly attempts: number;
  readonly disposition: string | null;
  readonly messageId: string | null;
  readonly fromAddress: string | null;
  readonly subject: string | null;
  readonly ticketId: string | null;
  readonly decisions: readonly JournalEntry[];
  readonly authentication: Authentication | null;
  readonly error: string | null;
  readonly serverAction: 'none' | 'pending' | 'done';
}

/** Who looks: null for the operator on the machine itself. */
export type IntakeViewer = {
  readonly visibleQueues: readonly string[];
  readonly breakGlassTickets: readonly string[];
} | null;

const SELECT = `
  select i.id, i.mailbox_key as "mailboxKey", coalesce(t.queue_key, i.queue_key) as "queueKey", i.folder, i.uidvalidity,
         i.uid, i.size_bytes as "sizeBytes", encode(i.sha256, 'hex') as sha256,
         encode(i.fingerprint, 'hex') as fingerprint, i.partial, i.received_at as "receivedAt",
         i.fetched_at as "fetchedAt", i.processed_at as "processedAt", i.state, i.attempts, i.disposition,
         i.message_id_header as "messageId", i.from_address as "fromAddress", i.subject, i.ticket_id as "ticketId",
         i.decisions, i.authentication, i.error, i.server_action as "serverAction"
    from intake i left join tickets t on t.id = i.ticket_id
   where ($1::text[] is null or coalesce(t.queue_key, i.queue_key) = any($1) or t.id = any($2::bigint[]))`;

/** Reads of the intake journal, cut by queue (D20); tickets that its decisions name too. */
@Injectable()
export class IntakeListStore {
  constructor(private readonly database: Database) {}

  /** Newest first, from below `beforeId`. */
  async list(
    viewer: IntakeViewer,
    filter: {
      disposition: string | null;
      mailboxKey: string | null;
      beforeId: string | null;
      limit: number;
    },
  ): Promise<IntakeListing[]> {
    const rows = await this.database.query<IntakeListing & Record<string, unknown>>(
      `${SELECT}
          and ($3::text is null or i.disposition = $3) and ($4::text is null or i.mailbox_key = $4)
          and ($5::bigint is null or i.id < $5)
        order by i.id desc limit $6`,
      [...viewerOf(viewer), filter.disposition, filter.mailboxKey, filter.beforeId, filter.limit],
    );
    return this.decisionsFor(viewer, rows);
  }

  async find(viewer: IntakeViewer, id: string): Promise<IntakeListing | null> {
    const [row] = await this.database.query<IntakeListing & Record<string, unknown>>(
      `${SELECT} and i.id = $3`,
      [...viewerOf(viewer), id],
    );
    return row === undefined ? null : (await this.decisionsFor(viewer, [row]))[0]!;
  }

  /** `value` with "chamado em fila restrita" for the number of every ticket that the viewer may not see (D20). */
  async without<Value>(viewer: IntakeViewer, value: Value): Promise<Value> {
    if (viewer === null) return value;
    const named = [...new Set(namedTickets(value))];
    const restricted = await ticketsOutOfSight(this.database, viewer, named);
    return withoutTickets(value, restricted, RESTRICTED_LABEL);
  }

  private async decisionsFor(
    viewer: IntakeViewer,
    rows: readonly IntakeListing[],
  ): Promise<IntakeListing[]> {
    const shown = await this.without(
      viewer,
      rows.map(({ decisions }) => decisions),
    );
    return rows.map((row, at) => ({ ...row, decisions: shown[at]! }));
  }
}

function viewerOf(viewer: IntakeViewer): unknown[] {
  return viewer === null ? [null, null] : [viewer.visibleQueues, viewer.breakGlassTickets];
}
