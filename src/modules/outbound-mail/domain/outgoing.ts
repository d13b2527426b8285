import type { RenderedMail } from '../../templates/index.js';

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
  | 'notice'
  | 'reminder'
  | 'closing';

export const OUTBOX_STATES = [
  'queued',
  'held',
  'sending',
  'sent',
  'returned',
  'failed',
  'unknown',
  'cancelled',
] as const;
export type OutboxState = (typeof OUTBOX_STATES)[number];

/** One recipient of one mail, as stored. */
export interface OutboxRecipient {
  readonly address: string;
  readonly name: string;
  readonly role: 'to' | 'cc';
  readonly state: 'pending' | 'accepted' | 'failed' | 'bounced';
  /** SMTP code and text of the last answer for this recipient. */
  readonly code: number | null;
  readonly response: string | null;
  readonly at: string | null;
  /** The address before a person corrected it. */
  readonly correctedFrom?: string;
}

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
  /** Whose acceptance counts as the answer (D19): the requester's address. Default: the first of To. */
  readonly primaryRecipient?: string;
  /**
   * Not before this instant. Mailboxes with `answers: service_hours` need none: the outbox itself holds their
   * answers to the next opening (D18).
   */
  readonly notBefore?: Date;
  /** Of no use from this instant on: not sent then, but cancelled. Default: useful as long as it is tried. */
  readonly expiresAt?: Date;
  readonly now: Date;
}

export interface EnqueuedMail {
  readonly outboxId: string;
  /** Without angle brackets. */
  readonly messageId: string;
}

/** Text as PostgreSQL and mail headers take it: no NUL; cut at `length` characters. */
export function storable(text: string, length = Number.POSITIVE_INFINITY): string {
  const clean = text.includes('\0') ? text.replaceAll('\0', '') : text;
  return clean.length <= length ? clean : clean.slice(0, length);
}
