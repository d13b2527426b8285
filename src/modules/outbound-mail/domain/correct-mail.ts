import type { OutboxRecipient, OutboxState } from './outgoing.js';
import { sameAddress } from './recipients.js';

/** A person's decision to send a mail again, perhaps to a corrected address. */
export interface Correction {
  /** The right address. */
  readonly recipient: string;
  /** The address it takes the place of; null: the only one that failed, else the one that the answer is for. */
  readonly replaces: string | null;
}

export type Retried =
  | {
      readonly kind: 'again';
      readonly recipients: readonly OutboxRecipient[];
      readonly primaryRecipient: string;
    }
  | { readonly kind: 'not_in_this_state' }
  | { readonly kind: 'nothing_left' }
  | { readonly kind: 'unknown_recipient' }
  | { readonly kind: 'already_recipient' };

const RETRYABLE: ReadonlySet<OutboxState> = new Set([
  'queued',
  'held',
  'failed',
  'returned',
  'unknown',
  'sent',
]);

/**
 * The recipients of a repeated attempt: those that no server has taken, with the correction applied. `sent` can be
 * repeated only where a copy failed; what is being sent or was cancelled cannot. Whom a server has taken the mail for
 * stays on it as it was, also by a correction: the record says who has it.
 */
export function retryRecipients(
  mail: {
    readonly state: OutboxState;
    readonly recipients: readonly OutboxRecipient[];
    readonly primaryRecipient: string;
  },
  correction: Correction | null,
): Retried {
  if (!RETRYABLE.has(mail.state)) return { kind: 'not_in_this_state' };
  const again = mail.recipients.map((recipient): OutboxRecipient =>
    recipient.state === 'failed' || recipient.state === 'bounced'
      ? { ...recipient, state: 'pending' }
      : recipient,
  );
  if (correction === null) {
    return again.some((recipient) => recipient.state === 'pending')
      ? { kind: 'again', recipients: again, primaryRecipient: mail.primaryRecipient }
      : { kind: 'nothing_left' };
  }
  const replaced = replacedRecipient(mail, correction);
  if (replaced === null) return { kind: 'unknown_recipient' };
  if (replaced.state === 'accepted') return { kind: 'nothing_left' };
  if (mail.recipients.some((r) => r !== replaced && sameAddress(r.address, correction.recipient))) {
    return { kind: 'already_recipient' };
  }
  const recipients = again.map((recipient, index): OutboxRecipient =>
    mail.recipients[index] === replaced
      ? {
          ...recipient,
          address: correction.recipient,
          state: 'pending',
          code: null,
          response: null,
          at: null,
          correctedFrom: recipient.correctedFrom ?? recipient.address,
        }
      : recipient,
  );
  const isPrimary = sameAddress(replaced.address, mail.primaryRecipient);
  const primaryRecipient = isPrimary ? correction.recipient.toLowerCase() : mail.primaryRecipient;
  return { kind: 'again', recipients, primaryRecipient };
}

function replacedRecipient(
  mail: { readonly recipients: readonly OutboxRecipient[]; readonly primaryRecipient: string },
  correction: Correction,
): OutboxRecipient | null {
  if (correction.replaces !== null) {
    const named = correction.replaces;
    return mail.recipients.find((recipient) => sameAddress(recipient.address, named)) ?? null;
  }
  const wrong = mail.recipients.filter((r) => r.state === 'failed' || r.state === 'bounced');
  if (wrong.length === 1) return wrong[0]!;
  return mail.recipients.find((r) => sameAddress(r.address, mail.primaryRecipient)) ?? null;
}
