import { Injectable } from '@nestjs/common';
import type { ScanState } from '../../files/index.js';
import type { AccessScope } from '../../queues/index.js';
import { Database, type Tx } from '../../../platform/index.js';
import { visibleSql, type Sight } from './ticket-access.js';
import type { MailAddress } from '../domain/addresses.js';
import type { MessageSpan } from '../domain/customer-message.js';

export interface AttachmentRow {
  readonly id: string;
  readonly filename: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly contentId: string | null;
  readonly inline: boolean;
  readonly scan: ScanState | null;
}

/** What became of a message's mail (outbox row). */
export interface DeliveryRow {
  readonly outboxId: string;
  readonly kind: string;
  readonly state: string;
  readonly stateReason: string | null;
  readonly attempts: number;
  readonly notBefore: string;
  readonly sentAt: string | null;
  readonly messageId: string;
  readonly recipients: readonly Record<string, unknown>[];
}

export interface ConversationRow {
  readonly id: string;
  readonly kind: string;
  readonly waiting: string | null;
  readonly authorKind: string;
  readonly authorAgentId: string | null;
  readonly agentName: string | null;
  readonly authorName: string;
  readonly authorAddress: string | null;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  readonly visibleText: string;
  readonly spans: readonly MessageSpan[] | null;
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  readonly thenStatus: string | null;
  readonly viaOutside: boolean;
  readonly details: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  readonly receivedAt: Date | null;
  readonly intakeId: string | null;
  /** SPF, DKIM and DMARC as intake stored them. */
  readonly authentication: Readonly<Record<string, unknown>> | null;
  readonly attachments: readonly AttachmentRow[];
  readonly delivery: DeliveryRow | null;
}

const COLUMNS = `m.id, m.kind, m.waiting, m.author_kind as "authorKind", m.author_agent_id as "authorAgentId", a.name as "agentName",
  m.author_name as "authorName", m.author_address as "authorAddress", m.subject, m.body_text as text, m.body_html as html,
  m.visible_text as "visibleText", m.visible_spans as spans, m.to_addresses as "to", m.cc_addresses as cc, m.then_status as "thenStatus",
  m.via_outside as "viaOutside", m.details, m.created_at as "createdAt", m.received_at as "receivedAt", m.intake_id as "intakeId",
  (select i.authentication from intake i where i.id = m.intake_id) as authentication,
  coalesce((select jsonb_agg(jsonb_build_object('id', f.id, 'filename', f.filename, 'mediaType', f.media_type,
     'sizeBytes', f.size_bytes, 'contentId', f.content_id, 'inline', f.inline,
     'scan', (select jsonb_build_object('state', s.state, 'signature', s.signature) from blob_scans s where s.sha256 = f.sha256)) order by f.position, f.id)
     from attachments f where f.message_id = m.id), '[]') as attachments,
  (select jsonb_build_object('outboxId', o.id::text, 'kind', o.kind, 'state', o.state, 'stateReason', o.state_reason,
     'attempts', o.attempts, 'notBefore', o.not_before, 'sentAt', o.sent_at, 'messageId', o.message_id, 'recipients', o.recipients)
     from outbox o where o.ticket_message_id = m.id order by o.id desc limit 1) as delivery`;

const ENTRY = `select ${COLUMNS} from messages m left join agents a on a.id = m.author_agent_id where m.ticket_id = $1`;

/** Conversation order is the order of time; a back-filled message stands where it was received. */
const CONVERSATION = `${ENTRY} and ($2::timestamptz is null or (m.created_at, m.id) > ($2::timestamptz, $3::bigint))
 order by m.created_at, m.id limit $4`;

/** A message of one of many tickets, with where its files lie. */
export interface ExportedMessageRow extends ConversationRow {
  readonly protocol: string;
  /** `createdAt` to the microsecond, as the database writes it: a page's end. */
  readonly place: string;
  readonly files: readonly { readonly id: string; readonly sha256: string }[];
  /** Of the message as it came; null where it is not kept (any more). */
  readonly originalSha256: string | null;
}

/** As CONVERSATION, ticket by ticket. */
const EXPORTED = `select m.ticket_id::text as protocol, m.created_at::text as place, ${COLUMNS},
  coalesce((select jsonb_agg(jsonb_build_object('id', f.id, 'sha256', encode(f.sha256, 'hex')) order by f.position, f.id)
     from attachments f where f.message_id = m.id), '[]') as files,
  (select encode(i.sha256, 'hex') from intake i join blobs b on b.sha256 = i.sha256 where i.id = m.intake_id) as "originalSha256"
  from messages m left join agents a on a.id = m.author_agent_id
 where m.ticket_id = any($1::bigint[]) and (m.ticket_id, m.created_at, m.id) > ($2::bigint, $3::timestamptz, $4::bigint)
 order by m.ticket_id, m.created_at, m.id limit $5`;

/** The messages of a ticket and the files on them, for reading. */
@Injectable()
export class ConversationStore {
  constructor(private readonly database: Database) {}

  /** A page of the conversation, oldest first, beginning after the given message. */
  page(
    ticketId: string,
    after: { createdAt: string; id: string } | null,
    limit: number,
  ): Promise<ConversationRow[]> {
    return this.database.query(CONVERSATION, [
      ticketId,
      after?.createdAt ?? null,
      after?.id ?? null,
      limit,
    ]);
  }

  /** Messages of these tickets after `after`, ticket by ticket, each conversation in its order. */
  exported(
    tx: Tx,
    protocols: readonly string[],
    after: Pick<ExportedMessageRow, 'protocol' | 'place' | 'id'> | null,
    limit: number,
  ): Promise<ExportedMessageRow[]> {
    const { protocol, place, id } = after ?? { protocol: '0', place: '-infinity', id: '0' };
    return tx.query<ExportedMessageRow & Record<string, unknown>>(EXPORTED, [
      protocols,
      protocol,
      place,
      id,
      limit,
    ]);
  }

  /** Numbers of tickets linked to this one that the reader may not see: her texts do not show them either (D20). */
  async linkedOutOfSight(scope: Sight, ticketId: string): Promise<string[]> {
    return (await this.linksOutOfSight(this.database, scope, [ticketId])).get(ticketId) ?? [];
  }

  /** The same for many, by ticket; those that have none are missing. */
  async linksOutOfSight(
    reads: Pick<Database | Tx, 'query'>,
    scope: Sight,
    ticketIds: readonly string[],
  ): Promise<ReadonlyMap<string, string[]>> {
    const rows = await reads.query<{ of: string; ids: string[] }>(
      `select x.id::text as of, array_agg(t.id::text order by t.id) as ids from tickets x join tickets t on t.id <> x.id
          and (t.twin_group = x.twin_group or t.id in (x.follow_up_of, x.escalation_of)
               or t.follow_up_of = x.id or t.escalation_of = x.id)
        where x.id = any($1::bigint[]) and not ${visibleSql(2, 3)} group by x.id`,
      [ticketIds, scope.visibleQueues, scope.breakGlassTickets],
    );
    return new Map(rows.map(({ of, ids }) => [of, ids]));
  }

  /** One message of a ticket; null if it is not on it. */
  async one(ticketId: string, messageId: string): Promise<ConversationRow | null> {
    const [row] = await this.database.query<ConversationRow & Record<string, unknown>>(
      `${ENTRY} and m.id = $2`,
      [ticketId, messageId],
    );
    return row ?? null;
  }

  /** A file that the reader may see: on a visible ticket, or their own upload that waits; null otherwise (D20). */
  async readableAttachment(
    scope: AccessScope,
    id: string,
  ): Promise<{ filename: string; mediaType: string; sizeBytes: string; sha256: Buffer } | null> {
    const [row] = await this.database.query<{
      filename: string;
      mediaType: string;
      sizeBytes: string;
      sha256: Buffer;
    }>(
      `select f.filename, f.media_type as "mediaType", f.size_bytes as "sizeBytes", f.sha256
         from attachments f left join messages m on m.id = f.message_id left join tickets t on t.id = m.ticket_id
        where f.id = $1 and case when f.message_id is null then f.uploaded_by = $4 else ${visibleSql(2, 3)} end`,
      [id, scope.visibleQueues, scope.breakGlassTickets, scope.actor.agentId],
    );
    return row ?? null;
  }

  /** The stored raw form of a received message that the reader may see; null otherwise. */
  async readableRaw(
    scope: AccessScope,
    messageId: string,
  ): Promise<{ ticketId: string; sha256: Buffer; sizeBytes: string } | null> {
    const [row] = await this.database.query<{
      ticketId: string;
      sha256: Buffer;
      sizeBytes: string;
    }>(
      `select t.id as "ticketId", i.sha256, b.size_bytes as "sizeBytes"
         from messages m join tickets t on t.id = m.ticket_id join intake i on i.id = m.intake_id
         join blobs b on b.sha256 = i.sha256
        where m.id = $1 and ${visibleSql(2, 3)}`,
      [messageId, scope.visibleQueues, scope.breakGlassTickets],
    );
    return row ?? null;
  }

  /**
   * An agent opens an original that quotes a customer's link, which the conversation withholds: the history keeps who could
   * read it, once each, so that a score or a comment that was not the customer's can be questioned (D12).
   */
  async noteOpened(agentId: string, messageId: string, at: Date): Promise<void> {
    await this.database.inTransaction((tx) =>
      tx.execute(
        `insert into ticket_history (ticket_id, at, actor_kind, actor_id, action, after)
         select m.ticket_id, $3, 'agent', $1, 'original_opened', jsonb_build_object('messageId', m.id::text)
           from messages m
          where m.id = $2 and concat(m.body_text, m.body_html) ~ '/portal(\\?token=|/feedback/|/unsubscribe/)'
            and not exists (select from ticket_history h where h.ticket_id = m.ticket_id and h.action = 'original_opened'
                               and h.actor_id = $1 and h.after->>'messageId' = m.id::text)`,
        [agentId, messageId, at],
      ),
    );
  }
}
