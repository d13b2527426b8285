import type { CanaryConfig } from '../../../config/index.js';
import type { OutgoingMail } from '../../mailboxes/index.js';
import { SENT_AS_HEADER } from '../../outbound-mail/index.js';
import type { ParsedMail } from './parsed-mail.js';

/** Carries the signed token; the subject does as well, for gateways that drop headers that they do not know. */
export const CANARY_HEADER = 'X-Helpdesk-Canary';
const TOKEN = /\b[0-9a-f]{32}\.[0-9a-v]{16}\b/i;
/** As much of a subject as is looked at: ours is short, with room for what gateways put before it. */
const SUBJECT_LENGTH = 200;

const SUBJECT = 'Sonda do helpdesk';
const TEXT = `Mensagem automática do helpdesk para a própria caixa: mede quanto tempo o correio leva.
Não é preciso responder; pode ser apagada.
`;

/** What a message says about being a probe of ours, and what is known about that. */
export type CanaryClaim =
  | { readonly kind: 'known'; readonly canaryId: string }
  /** It carries something like a token: forged, another instance's, expired, or seen before. */
  | { readonly kind: 'refused'; readonly why: 'bad_signature' | 'unknown_or_used' };

/** How the probes of one mailbox stand. */
export interface CanaryStanding {
  readonly mailboxKey: string;
  readonly lastSentAt: Date | null;
  /** Where the last one that came back lay. */
  readonly arrivedIn: 'inbox' | 'junk' | null;
  /** The oldest that left after the last one that came back. */
  readonly waitingSince: Date | null;
  /** SMTP has taken that one; else what it said, where it said something. */
  readonly accepted: boolean;
  readonly error: string | null;
  /** The mailbox was looked at once: what comes now is new mail (D1). */
  readonly watched: boolean;
}

/** The probe as it leaves: to the mailbox itself, marked as a machine's (RFC 3834 §5), so that nobody answers it. */
export function canaryMail(given: {
  readonly address: string;
  readonly name: string;
  readonly envelopeFrom: string;
  readonly nonce: string;
  readonly token: string;
  readonly now: Date;
}): OutgoingMail {
  const { address, name, token } = given;
  const messageId = `${given.nonce}.0@${address.slice(address.lastIndexOf('@') + 1).toLowerCase()}`;
  return {
    envelope: { from: given.envelopeFrom, to: [address] },
    messageId,
    inReplyTo: null,
    references: [],
    date: given.now,
    from: { address, name },
    replyTo: null,
    to: [{ address, name: '' }],
    cc: [],
    subject: `${SUBJECT} ${token}`,
    text: TEXT,
    html: null,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      [SENT_AS_HEADER]: `<${messageId}>`,
      [CANARY_HEADER]: token,
    },
    attachments: [],
  };
}

/** What looks like a probe's token in a message; null in nearly all mail. Proves nothing. */
export function canaryTokenIn(mail: Pick<ParsedMail, 'headers' | 'subject'>): string | null {
  const header = mail.headers[CANARY_HEADER.toLowerCase()]?.[0];
  const text = header ?? mail.subject;
  return TOKEN.exec(text.slice(0, SUBJECT_LENGTH))?.[0] ?? null;
}

/** Whether the next probe is to leave. A clock that was set back does not hold it up. */
export function isDue(standing: CanaryStanding, everyMinutes: number, now: Date): boolean {
  if (!standing.watched) return false;
  const { lastSentAt } = standing;
  const ageMs = lastSentAt === null ? Infinity : now.getTime() - lastSentAt.getTime();
  return ageMs < 0 || ageMs >= everyMinutes * 60_000;
}

/**
 * Why the probe counts as late, as a sentence for the operator; null while all is well. `watchingSince`: since when this
 * process looks: after a stop what came meanwhile is given its time to be read, unless the alarm stands already.
 */
export function latenessOf(
  standing: CanaryStanding,
  { lateAfterSeconds }: Pick<CanaryConfig, 'lateAfterSeconds'>,
  now: Date,
  { watchingSince, alarmed }: { readonly watchingSince: Date; readonly alarmed: boolean },
): string | null {
  const { mailboxKey, waitingSince, accepted, error } = standing;
  if (waitingSince === null) return null;
  const seconds = Math.floor((now.getTime() - waitingSince.getTime()) / 1000);
  const watched = Math.floor((now.getTime() - watchingSince.getTime()) / 1000);
  if (seconds < lateAfterSeconds || (!alarmed && watched < lateAfterSeconds)) return null;
  const where = accepted
    ? 'SMTP took it and it has not been found by IMAP: look at the mail server'
    : error === null
      ? 'whether SMTP took it is not known'
      : `SMTP did not take it: ${error.replace(/\.$/, '')}`;
  return `The probe that mailbox ${mailboxKey} sent itself at ${waitingSince.toISOString()} is not back after ${lateAfterSeconds} s; ${where}.`;
}
