import { decideReason, queueFor } from '../../contact-reasons/index.js';
import type { EarlierCopy, MessageContext } from './message-context.js';
import type { ParsedMail } from './parsed-mail.js';
import { reasonMarks } from './reason-marks.js';

/** Dispositions that opened a ticket: a copy in another queue has its twin there (D25). */
const OPENED: readonly EarlierCopy['disposition'][] = [
  'ticket_opened',
  'twin',
  'follow_up',
  'spam_suspected',
];

/** Dispositions that put the message on a ticket which stood: a copy in another queue belongs on that ticket's twin. */
const JOINED: readonly EarlierCopy['disposition'][] = [
  'ticket_reply',
  'courtesy',
  'third_party_pending',
];

/** Where a later copy of a known message belongs (D25). */
export type CopyPlace =
  /** This queue has the message already, or it made no ticket anywhere. */
  | { readonly kind: 'duplicate'; readonly copy: EarlierCopy; readonly ticketId: string | null }
  /** The message itself opened this queue's ticket when its first copy came. */
  | { readonly kind: 'twin'; readonly copy: EarlierCopy; readonly ticketId: string }
  /** The first copy joined a ticket whose twin here has not got the message. */
  | { readonly kind: 'join'; readonly copy: EarlierCopy; readonly ticketId: string }
  /** Nothing stands in this queue: the copy opens it now, as twin of this ticket. */
  | { readonly kind: 'open'; readonly copy: EarlierCopy; readonly twinOf: string };

/** Null for a message that was never seen. */
export function placeOfCopy(
  mail: ParsedMail,
  context: Pick<
    MessageContext,
    'mailboxKey' | 'mailbox' | 'own' | 'config' | 'copies' | 'reasonClassifier'
  >,
): CopyPlace | null {
  const { mailboxKey } = context;
  // What lies in a Sent folder is no delivery: only where it is an answer on a ticket has this mailbox got it (D24).
  const copies = context.copies.filter(
    (one) => one.folderRole !== 'sent' || (one.ticketId !== null && one.mailboxKey === mailboxKey),
  );
  const copy = copies.find(({ ticketId }) => ticketId !== null) ?? copies[0];
  if (copy === undefined) return null;
  const cameHere = copies.find((other) => other.mailboxKey === mailboxKey);
  if (cameHere !== undefined)
    return { kind: 'duplicate', copy: cameHere, ticketId: cameHere.ticketId ?? copy.ticketId };
  const opened = OPENED.includes(copy.disposition);
  if (copy.ticketId === null || copy.tickets.length === 0) return duplicate(copy, copy.ticketId);
  if (!opened && !JOINED.includes(copy.disposition)) return duplicate(copy, copy.ticketId);
  const here = ticketHere(mail, context, copy);
  if (here === undefined) {
    // Thanks ask for nothing: they open no ticket in a queue that has none.
    return copy.disposition === 'courtesy'
      ? duplicate(copy, copy.ticketId)
      : { kind: 'open', copy, twinOf: copy.ticketId };
  }
  if (!opened) {
    return copies.some(({ ticketId }) => ticketId === here.ticketId)
      ? duplicate(copy, here.ticketId)
      : { kind: 'join', copy, ticketId: here.ticketId };
  }
  const first = copy.tickets.find(({ ticketId }) => ticketId === copy.ticketId);
  return first?.queueKey === here.queueKey
    ? duplicate(copy, here.ticketId)
    : { kind: 'twin', copy, ticketId: here.ticketId };
}

/** Among the copy's ticket and its twins the one of this mailbox, else of the queue that the message has here. */
function ticketHere(
  mail: ParsedMail,
  context: Parameters<typeof placeOfCopy>[1],
  copy: EarlierCopy,
): EarlierCopy['tickets'][number] | undefined {
  const { config, reasonClassifier } = context;
  const reason = decideReason(reasonMarks(mail, context), config.reasons, reasonClassifier);
  const queueKey = queueFor(reason, context.mailbox.queue, context.config) ?? context.mailbox.queue;
  return (
    copy.tickets.find(({ mailboxKey }) => mailboxKey === context.mailboxKey) ??
    copy.tickets.find((ticket) => ticket.queueKey === queueKey)
  );
}

function duplicate(copy: EarlierCopy, ticketId: string | null): CopyPlace {
  return { kind: 'duplicate', copy, ticketId };
}
