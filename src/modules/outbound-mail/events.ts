import { defineEvent } from '../../platform/index.js';
import type { OutboundKind } from './domain/outgoing.js';

/**
 * The requester's mail server accepted the mail (D19: that is when an answer counts as given). Published for what
 * says something on a ticket (`SENT_NEWS`: replies, forwards, escalation notices, resolving mail, reminders), not for
 * acknowledgements; for any mail that was sent once more or confirmed, since its ticket shows that it had failed.
 */
export const outboundSent = defineEvent<{
  outboxId: string;
  kind: OutboundKind;
  ticketId: string;
  ticketMessageId: string | null;
  acceptedAt: string;
}>('outbound.sent');

/**
 * A recipient failed for good, the mail was returned, given up, or its fate is `unknown`: people must see it on the
 * ticket. `partly_failed`: the requester has it, a copy has not. Also published for acknowledgements.
 */
export const outboundFailed = defineEvent<{
  outboxId: string;
  kind: OutboundKind;
  ticketId: string;
  ticketMessageId: string | null;
  state: 'failed' | 'returned' | 'unknown' | 'partly_failed';
  reason: string;
  at: string;
}>('outbound.failed');

/**
 * What was decided about a mail: sent again, its recipient corrected, cancelled or confirmed as sent by a person; and for
 * one of unknown fate by evidence or the operator's rule.
 */
export type MailAction =
  | 'retried'
  | 'corrected'
  | 'cancelled'
  | 'confirmed'
  /** The rule is to ask: what was looked at, for whoever decides. */
  | 'looked'
  | 'assumed_sent'
  | 'resent';

/** Something was decided about a mail: for the ticket's history. */
export const outboundChanged = defineEvent<{
  outboxId: string;
  kind: OutboundKind;
  ticketId: string;
  ticketMessageId: string | null;
  action: MailAction;
  actorKind: 'agent' | 'operator' | 'system';
  actorId: string | null;
  details: Readonly<Record<string, unknown>>;
  at: string;
}>('outbound.changed');

/** The loop breaker holds an automatic mail about a ticket until a person decides (D21). */
export const outboundHeld = defineEvent<{
  outboxId: string;
  kind: OutboundKind;
  ticketId: string;
  ticketMessageId: string | null;
  at: string;
}>('outbound.held');

/** Kinds whose acceptance is news for the ticket. */
export const SENT_NEWS: ReadonlySet<OutboundKind> = new Set([
  'reply',
  'forward',
  'escalation',
  'resolved',
  'wrong_channel',
  'reminder',
  'closing',
]);

/** The topic on which the sender of a mailbox is woken. */
export function outboxWakeup(mailboxKey: string): string {
  return `outbox.${mailboxKey}`;
}
