import { storable, type OutboxRecipient } from './outgoing.js';
import { sameAddress } from './recipients.js';

export interface Bounce {
  /** Addresses that the report names; may be empty or, after a forward, unknown to us. */
  readonly recipients: readonly string[];
  readonly hard: boolean;
  readonly reason: string;
  readonly at: Date;
}

export interface BouncedMail {
  readonly recipients: readonly OutboxRecipient[];
  /** The row's new state; null: as it is. */
  readonly state: 'returned' | null;
  readonly stateReason: string;
  /** null: nothing that people must act on (a delay report). */
  readonly failure: 'returned' | 'partly_failed' | null;
}

/**
 * What a bounce does to a mail. A hard one marks the recipients it names (the only one, where it names none of ours);
 * the mail is `returned` when the requester's copy came back or no copy is left. A soft one is only noted.
 */
export function applyBounce(
  mail: { readonly recipients: readonly OutboxRecipient[]; readonly primaryRecipient: string },
  bounce: Bounce,
): BouncedMail {
  const stateReason = storable(bounce.reason, 500);
  if (!bounce.hard) return { recipients: mail.recipients, state: null, stateReason, failure: null };
  const named = mail.recipients.filter((recipient) =>
    bounce.recipients.some((address) => sameAddress(address, recipient.address)),
  );
  const hit = named.length > 0 || mail.recipients.length > 1 ? named : mail.recipients;
  const recipients = mail.recipients.map((recipient): OutboxRecipient =>
    hit.includes(recipient)
      ? { ...recipient, state: 'bounced', response: stateReason, at: bounce.at.toISOString() }
      : recipient,
  );
  const returned =
    recipients.some(
      (r) => r.state === 'bounced' && sameAddress(r.address, mail.primaryRecipient),
    ) || recipients.every((r) => r.state === 'bounced' || r.state === 'failed');
  return {
    recipients,
    state: returned ? 'returned' : null,
    stateReason,
    failure: returned ? 'returned' : 'partly_failed',
  };
}
