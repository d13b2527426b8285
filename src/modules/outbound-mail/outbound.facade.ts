import { defineEvent, type Tx } from '../../platform/index.js';
import type { RenderedMail } from '../templates/index.js';

export type OutboundKind =
  | 'acknowledgement'
  | 'acknowledgement_summary'
  | 'reply'
  | 'forward'
  | 'escalation'
  | 'follow_up'
  | 'resolved'
  | 'wrong_channel'
  | 'form_confirmation'
  | 'notice';

/** A mail to be sent, ready rendered. The outbox adds Message-ID, threading subject, Auto-Submitted and the rest. */
export interface NewOutgoingMail {
  readonly mailboxKey: string;
  readonly kind: OutboundKind;
  /** Automatic: null envelope sender, Auto-Submitted, X-Auto-Response-Suppress, ceiling, pauses, never held for hours. */
  readonly automatic: boolean;
  readonly ticketId: string | null;
  readonly ticketMessageId: string | null;
  /** Same key twice: the second is not written (`enqueue` returns null). */
  readonly dedupeKey: string | null;
  readonly to: readonly { readonly address: string; readonly name: string }[];
  readonly cc: readonly { readonly address: string; readonly name: string }[];
  readonly content: RenderedMail;
  /** Threading: Message-IDs of the conversation, oldest first, without brackets; the last becomes In-Reply-To. */
  readonly references: readonly string[];
  readonly attachments: readonly {
    readonly sha256: Buffer;
    readonly filename: string;
    readonly mediaType: string;
    readonly sizeBytes: number;
    readonly contentId: string | null;
  }[];
  readonly listUnsubscribeUrl?: string;
  /** Not before this instant: `held` to service hours (D18). */
  readonly notBefore?: Date;
  readonly now: Date;
}

export interface EnqueuedMail {
  readonly outboxId: string;
  /** Without angle brackets. */
  readonly messageId: string;
}

/** SMTP accepted the mail for at least one recipient. Published for mail that belongs to a ticket message (replies, forwards, escalation notices), not for acknowledgements. */
export const outboundSent = defineEvent<{
  outboxId: string;
  kind: OutboundKind;
  ticketId: string;
  ticketMessageId: string | null;
  acceptedAt: string;
}>('outbound.sent');

/** A recipient failed for good, the mail was returned, given up, or its fate is `unknown`: people must see it on the ticket. */
export const outboundFailed = defineEvent<{
  outboxId: string;
  kind: OutboundKind;
  ticketId: string;
  ticketMessageId: string | null;
  state: 'failed' | 'returned' | 'unknown' | 'partly_failed';
  reason: string;
  at: string;
}>('outbound.failed');

/** The outbox: rows written in the transaction that causes them; a sender per mailbox delivers them afterwards. */
export class Outbound {
  /** Writes the row; null if `dedupeKey` already exists. In a mailbox in `observe` mode nothing is written (null). */
  enqueue(_tx: Tx, _mail: NewOutgoingMail): Promise<EnqueuedMail | null> {
    throw new Error('unwritten');
  }

  /** Tickets that these Message-IDs (own or aliases, no brackets) belong to, newest first: thread proof (D26). */
  ticketsByOwnMessageIds(_tx: Tx, _messageIds: readonly string[]): Promise<{ messageId: string; ticketId: string }[]> {
    throw new Error('unwritten');
  }

  /** How many acknowledgements (tickets and follow-ups) this address was sent or is to be sent since (D7). */
  acknowledgementsSince(_tx: Tx, _address: string, _since: Date): Promise<number> {
    throw new Error('unwritten');
  }

  /** A bounce names this outgoing mail (by Message-ID): marks recipients returned and publishes `outbound.failed`. False if unknown. */
  bounced(
    _tx: Tx,
    _bounce: { messageId: string; recipients: readonly string[]; hard: boolean; reason: string; at: Date },
  ): Promise<boolean> {
    throw new Error('unwritten');
  }
}
