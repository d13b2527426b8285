import type { OutboxRecipient } from './outgoing.js';
import { sameAddress } from './recipients.js';

/** What shows that a mail of unknown fate has left. */
export interface Evidence {
  /** In the Sent folder of the mailbox, where the provider filed it; in a watched folder; or somebody answered it. */
  readonly by: 'sent_folder' | 'copy' | 'answer' | 'bounce';
  /** The recorded message that shows it; null where a folder was searched. */
  readonly intakeId: string | null;
  /** When a server took the copy; null where that is not told. */
  readonly at: Date | null;
}

/** What a search of the Sent folder for the Message-ID came to. */
export type SentFolderLook =
  | 'there'
  | 'not_there'
  /** The server marks none. */
  | 'no_folder'
  /** The mailbox could not be read. */
  | 'not_reached'
  /** An earlier attempt was accepted, so that a copy says nothing about this one. */
  | 'not_conclusive';

export type UnknownRule = 'ask' | 'assume_sent' | 'resend_once';

export type Fate =
  | { readonly kind: 'sent'; readonly evidence: Evidence }
  | { readonly kind: 'assume_sent' }
  | { readonly kind: 'resend' }
  | { readonly kind: 'ask' }
  | { readonly kind: 'wait' };

/**
 * What becomes of a mail whose fate is unknown. Evidence decides at any time; the operator's rule only after the wait.
 * Nothing is sent again blindly: only where the Sent folder was read and does not have it, and once. Where it could not be
 * read people are asked, and a later look that can read it may still send.
 */
export function fateOf(found: {
  readonly evidence: Evidence | null;
  readonly sentFolder: SentFolderLook;
  readonly filedAt: Date | null;
  readonly waited: boolean;
  readonly rule: UnknownRule;
  readonly resentBefore: boolean;
}): Fate {
  const { evidence, sentFolder, waited, rule } = found;
  if (evidence !== null) return { kind: 'sent', evidence };
  if (sentFolder === 'there')
    return { kind: 'sent', evidence: { by: 'sent_folder', intakeId: null, at: found.filedAt } };
  if (!waited) return { kind: 'wait' };
  if (rule === 'assume_sent') return { kind: 'assume_sent' };
  if (rule === 'ask' || found.resentBefore) return { kind: 'ask' };
  return sentFolder === 'not_there' ? { kind: 'resend' } : { kind: 'ask' };
}

/** The recipients when it is known, or taken for granted, that the server took the mail at `at`. */
export function takenByServer(
  mail: { readonly recipients: readonly OutboxRecipient[]; readonly primaryRecipient: string },
  at: Date,
  why: string,
): { recipients: OutboxRecipient[]; primaryAccepted: boolean; primaryLost: boolean } {
  const isPrimary = ({ address }: OutboxRecipient): boolean =>
    sameAddress(address, mail.primaryRecipient);
  const recipients = mail.recipients.map((recipient): OutboxRecipient =>
    recipient.state === 'pending'
      ? { ...recipient, state: 'accepted', code: null, response: why, at: at.toISOString() }
      : recipient,
  );
  return {
    recipients,
    primaryAccepted: mail.recipients.some((one) => one.state === 'pending' && isPrimary(one)),
    primaryLost: recipients.some((one) => one.state === 'failed' && isPrimary(one)),
  };
}

const MINUTE_MS = 60_000;
const LONGEST_MS = 60 * MINUTE_MS;

/** How long to wait for the next look at a mail that is in doubt for so long: soon at first, hourly later. */
export function nextLookMs(inDoubtMs: number): number {
  return Math.max(MINUTE_MS / 2, Math.min(LONGEST_MS, inDoubtMs / 2));
}
