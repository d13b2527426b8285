import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/index.js';
import type { MailAction } from '../events.js';
import type {
  NewOutgoingMail,
  OutboundKind,
  OutboxRecipient,
  OutboxState,
} from '../domain/outgoing.js';

/** A row as `enqueue` writes it. */
export interface NewOutboxRow {
  readonly mailboxKey: string;
  readonly kind: OutboundKind;
  readonly automatic: boolean;
  readonly ticketId: string | null;
  readonly ticketMessageId: string | null;
  readonly dedupeKey: string | null;
  readonly messageId: string;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  readonly fromAddress: string;
  readonly fromName: string;
  readonly replyTo: string | null;
  readonly envelopeFrom: string;
  readonly recipients: readonly OutboxRecipient[];
  readonly primaryRecipient: string;
  readonly subject: string;
  readonly bodyText: string;
  readonly bodyHtml: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly state: 'queued' | 'held';
  readonly notBefore: Date;
  readonly giveUpAt: Date;
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
  /** How many of its kind its recipient may get in `budgetHour`; null: not counted. */
  readonly budget: number | null;
  readonly budgetHour: Date;
}

/** What became of a new row. `held`: the loop breaker keeps it for a person's word. */
export interface InsertedMail {
  readonly id: string;
  readonly held: 'budget' | 'hold' | null;
}

/** What commands need of a row that they change; the row is locked for the rest of the transaction. */
export interface LockedMail {
  readonly id: string;
  readonly mailboxKey: string;
  readonly kind: OutboundKind;
  readonly automatic: boolean;
  readonly ticketId: string | null;
  readonly ticketMessageId: string | null;
  readonly state: OutboxState;
  readonly recipients: readonly OutboxRecipient[];
  readonly primaryRecipient: string;
  readonly queueKey: string;
  /** Of the ticket; null without one, or where it came by no mailbox. */
  readonly ticketMailboxKey: string | null;
  readonly version: number;
}

const HELD_REASON = 'Held by the loop breaker: a machine seems to answer. Retry or cancel it';
const WITHDRAWN_REASON = 'Cancelada: o que ela dizia mudou antes de sair.';
/** Until a person decides. */
const HELD_YEARS = 100;

/**
 * Rows of mail that is caused side by side go in together. Their fresh Message-IDs say which row is whose; one whose
 * dedupe key is taken is not written and answers nothing. Automatic mail is counted on the way (D21): the counter's row
 * is locked until the end of the transaction, so several workers count one after the other.
 */
const INSERT = `with r as (
    select * from jsonb_to_recordset($1::jsonb) as r (n integer, mailbox_key text, kind text, automatic boolean,
      ticket_id bigint, ticket_message_id bigint, dedupe_key text, message_id text, in_reply_to text,
      reference_ids text[], from_address text, from_name text, reply_to text, envelope_from text, recipients jsonb,
      primary_recipient text, subject text, body_text text, body_html text, headers jsonb, state text,
      not_before timestamptz, give_up_at timestamptz, expires_at timestamptz, created_at timestamptz, attachments jsonb,
      budget integer, budget_hour timestamptz)
  ), counted as (
    insert into automatic_budgets as b (mailbox_key, correspondent, kind, hour, count)
    select mailbox_key, primary_recipient, kind, budget_hour, count(*) from r where budget is not null
     group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict on constraint pk_automatic_budgets do update set count = b.count + excluded.count
    returning mailbox_key, correspondent, kind, hour, count
  ), guarded as (
    select r.*, case
        when r.budget is null then null
        when exists (select 1 from automatic_holds h where h.mailbox_key = r.mailbox_key
                        and h.correspondent = r.primary_recipient and h.held_until > r.created_at) then 'hold'
        when c.count - count(*) over same + row_number() over (same order by r.n) > r.budget then 'budget' end as held
      from r left join counted c on c.mailbox_key = r.mailbox_key and c.correspondent = r.primary_recipient
                                and c.kind = r.kind and c.hour = r.budget_hour
    window same as (partition by r.mailbox_key, r.primary_recipient, r.kind, r.budget_hour)
  ), mail as (
    insert into outbox (mailbox_key, kind, automatic, ticket_id, ticket_message_id, dedupe_key, message_id, in_reply_to,
      reference_ids, from_address, from_name, reply_to, envelope_from, recipients, primary_recipient, subject,
      body_text, body_html, headers, state, state_reason, not_before, give_up_at, expires_at, created_at)
    select mailbox_key, kind, automatic, ticket_id, ticket_message_id, dedupe_key, message_id, in_reply_to,
      reference_ids, from_address, from_name, reply_to, envelope_from, recipients, primary_recipient, subject,
      body_text, body_html, headers, case when held is null then state else 'held' end,
      case when held is not null then '${HELD_REASON}' end,
      case when held is null then not_before else created_at + interval '${HELD_YEARS} years' end, give_up_at, expires_at, created_at
      from guarded order by n
    on conflict (dedupe_key) do nothing returning id, message_id
  ), files as (
    insert into outbox_attachments (outbox_id, position, filename, media_type, sha256, size_bytes, content_id)
    select mail.id, f.position, f.filename, f.media_type, decode(f.sha256, 'hex'), f.size_bytes, f.content_id
      from r join mail on mail.message_id = r.message_id,
           jsonb_to_recordset(r.attachments) as f (position integer, filename text, media_type text, sha256 text,
                                                   size_bytes bigint, content_id text))
  select r.n, mail.id, r.held from guarded r join mail on mail.message_id = r.message_id`;

const COUNT_ACKNOWLEDGEMENTS = `
  select r.n, (select count(*)::integer from outbox
                where automatic and primary_recipient = r.address and created_at > r.since
                  and kind in ('acknowledgement', 'follow_up') and state <> 'cancelled') as count
    from jsonb_to_recordset($1::jsonb) as r (n integer, address text, since timestamptz)`;

const LOCK = `select o.id, o.mailbox_key as "mailboxKey", o.kind, o.automatic, o.ticket_id as "ticketId",
    o.ticket_message_id as "ticketMessageId", o.state, o.recipients, o.primary_recipient as "primaryRecipient",
    coalesce((select t.queue_key from tickets t where t.id = o.ticket_id), m.queue_key) as "queueKey",
    (select t.mailbox_key from tickets t where t.id = o.ticket_id) as "ticketMailboxKey", o.version
  from outbox o join mailboxes m on m.key = o.mailbox_key`;

/** Rows of the outbox as the module's commands write and find them. */
@Injectable()
export class OutboxStore {
  /** Writes the row and its attachments in one statement; null where the dedupe key is taken. */
  async insert(
    tx: Tx,
    row: NewOutboxRow,
    attachments: NewOutgoingMail['attachments'],
  ): Promise<InsertedMail | null> {
    const [inserted] = await tx.gather<{ id: string; held: InsertedMail['held'] }>(INSERT, {
      mailbox_key: row.mailboxKey,
      kind: row.kind,
      automatic: row.automatic,
      ticket_id: row.ticketId,
      ticket_message_id: row.ticketMessageId,
      dedupe_key: row.dedupeKey,
      message_id: row.messageId,
      in_reply_to: row.inReplyTo,
      reference_ids: row.references,
      from_address: row.fromAddress,
      from_name: row.fromName,
      reply_to: row.replyTo,
      envelope_from: row.envelopeFrom,
      recipients: row.recipients,
      primary_recipient: row.primaryRecipient,
      subject: row.subject,
      body_text: row.bodyText,
      body_html: row.bodyHtml,
      headers: row.headers,
      state: row.state,
      not_before: row.notBefore,
      give_up_at: row.giveUpAt,
      expires_at: row.expiresAt,
      created_at: row.createdAt,
      attachments: attachments.map(attachmentRow),
      budget: row.budget,
      budget_hour: row.budgetHour,
    });
    return inserted ?? null;
  }

  async lockById(tx: Tx, id: string): Promise<LockedMail | null> {
    const [row] = await tx.query<LockedMail & Record<string, unknown>>(
      `${LOCK} where o.id = $1 for update of o`,
      [id],
    );
    return row ?? null;
  }

  /** By our Message-ID or an alias of it. */
  async lockByMessageId(tx: Tx, messageId: string): Promise<LockedMail | null> {
    const [row] = await tx.query<LockedMail & Record<string, unknown>>(
      `${LOCK} where o.message_id = $1
          or o.id = (select a.outbox_id from message_id_aliases a where a.alias = $1) for update of o`,
      [messageId],
    );
    return row ?? null;
  }

  async setBounced(
    tx: Tx,
    id: string,
    change: {
      recipients: readonly OutboxRecipient[];
      state: 'returned' | null;
      stateReason: string;
    },
  ): Promise<void> {
    await tx.execute(
      `update outbox set recipients = $2, state = coalesce($3, state), state_reason = $4, version = version + 1
        where id = $1`,
      [id, JSON.stringify(change.recipients), change.state, change.stateReason],
    );
  }

  /** Back into the queue by a person's decision, with days of retries ahead; a hold of the loop breaker ends. */
  async requeue(
    tx: Tx,
    id: string,
    change: {
      recipients: readonly OutboxRecipient[];
      primaryRecipient: string;
      now: Date;
      giveUpAt: Date;
    },
  ): Promise<number> {
    await tx.execute(
      `delete from automatic_holds h using outbox o
        where o.id = $1 and o.automatic and h.mailbox_key = o.mailbox_key and h.correspondent = o.primary_recipient`,
      [id],
    );
    const [row] = await tx.query<{ version: number }>(
      `update outbox set state = 'queued', state_reason = null, recipients = $2, primary_recipient = $3, not_before = $4,
              give_up_at = $5, claimed_by = null, claimed_at = null, version = version + 1
        where id = $1 returning version`,
      [id, JSON.stringify(change.recipients), change.primaryRecipient, change.now, change.giveUpAt],
    );
    return row!.version;
  }

  async cancel(tx: Tx, id: string): Promise<number> {
    const [row] = await tx.query<{ version: number }>(
      `update outbox set state = 'cancelled', state_reason = null, version = version + 1 where id = $1 returning version`,
      [id],
    );
    return row!.version;
  }

  /** What has not begun to leave is cancelled, its reason said. */
  async withdraw(tx: Tx, ticketMessageId: string): Promise<void> {
    await tx.execute(
      `update outbox set state = 'cancelled', state_reason = $2, version = version + 1
        where ticket_message_id = $1 and automatic and state in ('queued', 'held')`,
      [ticketMessageId, WITHDRAWN_REASON],
    );
  }

  /** Automatic mail that nobody has any use for any more; returns how many. */
  async expire(tx: Tx, now: Date): Promise<number> {
    return tx.execute(
      `update outbox set state = 'cancelled', state_reason = 'Não enviada: já não teria utilidade.', version = version + 1
        where state in ('queued', 'held') and expires_at <= $1`,
      [now],
    );
  }

  async recordAction(
    tx: Tx,
    action: {
      outboxId: string;
      at: Date;
      actor: { kind: 'agent' | 'operator' | 'system'; id: string | null };
      action: MailAction;
      details: Readonly<Record<string, unknown>>;
    },
  ): Promise<void> {
    await tx.execute(
      `insert into outbox_actions (outbox_id, at, actor_kind, actor_id, action, details) values ($1, $2, $3, $4, $5, $6)`,
      [
        action.outboxId,
        action.at,
        action.actor.kind,
        action.actor.id,
        action.action,
        JSON.stringify(action.details),
      ],
    );
  }

  async ticketsByMessageIds(
    tx: Tx,
    messageIds: readonly string[],
  ): Promise<{ messageId: string; ticketId: string }[]> {
    return tx.query<{ messageId: string; ticketId: string }>(
      `select found.message_id as "messageId", o.ticket_id as "ticketId"
         from (select message_id, id from outbox where message_id = any($1)
               union all
               select alias, outbox_id from message_id_aliases where alias = any($1)) found
         join outbox o on o.id = found.id
        where o.ticket_id is not null
        order by o.id desc`,
      [messageIds],
    );
  }

  /** Only mail that one of our Message-IDs names; false where none does or the alias is taken. */
  async addAlias(
    tx: Tx,
    alias: { alias: string; messageId: string; source: string; at: Date },
  ): Promise<boolean> {
    const added = await tx.execute(
      `insert into message_id_aliases (alias, outbox_id, source, created_at)
       select $1, id, $3, $4 from outbox where message_id = $2 and message_id <> $1 on conflict (alias) do nothing`,
      [alias.alias, alias.messageId, alias.source, alias.at],
    );
    return added > 0;
  }

  /** Reminders to this address, sent or to be sent. */
  async countReminders(tx: Tx, address: string, since: Date): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      `select count(*)::integer as count from outbox
        where automatic and primary_recipient = $1 and created_at > $2 and kind = 'reminder' and state <> 'cancelled'`,
      [address.trim().toLowerCase(), since],
    );
    return row!.count;
  }

  /** Acknowledgements of opened tickets and follow-ups to this address, sent or to be sent. */
  async countAcknowledgements(tx: Tx, address: string, since: Date): Promise<number> {
    const [row] = await tx.gather<{ count: number }>(COUNT_ACKNOWLEDGEMENTS, {
      address: address.trim().toLowerCase(),
      since,
    });
    return row!.count;
  }
}

function attachmentRow(
  attachment: NewOutgoingMail['attachments'][number],
  position: number,
): Record<string, unknown> {
  return {
    position,
    filename: attachment.filename.replaceAll('\0', ''),
    media_type: attachment.mediaType,
    sha256: attachment.sha256.toString('hex'),
    size_bytes: attachment.sizeBytes,
    content_id: attachment.contentId,
  };
}
