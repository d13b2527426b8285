/**
 * News of a mailbox's session, for `Mailboxes.reportState`.
 * - `connecting`: a session is being made. `syncing`: messages are being recorded. `idle`: waiting in IDLE.
 *   `polling`: waiting between polls, where the server lacks IDLE.
 * - `failing`: the last attempt failed and the next comes by itself. `stopped`: nobody is trying.
 */
export interface MailboxReport {
  readonly state: 'connecting' | 'syncing' | 'idle' | 'polling' | 'failing' | 'stopped';
  /** True when the server has just been talked to with success: moves "last seen" and forgets the failures. */
  readonly seen: boolean;
  /** One English sentence for the operator; counts as one more failure in a row. Never a secret. */
  readonly error?: string;
  readonly nextAttemptAt?: Date;
  /** Messages on the server above the cursor. */
  readonly unseenOnServer?: number;
}

/** How sending of a mailbox fares, for `Mailboxes.reportSending`. */
export interface SendingReport {
  /** `failing`: retried with back-off. `stopped`: the server refuses us as a client; tried again at `retryAt`. */
  readonly state: 'ok' | 'failing' | 'stopped';
  readonly error: string | null;
  readonly retryAt: Date | null;
}

/** From when on mail of a mailbox becomes tickets (D1). */
export type MailboxStart =
  /** Older than `at` is historical; `at` null: everything is to be processed. */
  | { readonly kind: 'from'; readonly at: Date | null }
  /**
   * `startFrom: all` that nobody has confirmed yet by `helpdesk mailbox start NAME`: what is there already is
   * historical until then, new mail becomes tickets.
   */
  | { readonly kind: 'unconfirmed' };

/**
 * The instant that `startFrom` names: `now` → `now`, `all` → null, a date → its first moment in `zone`, an instant → it.
 * Throws RangeError for anything else (the configuration check refuses such text before).
 */
export function startInstant(startFrom: string, now: Date, zone: string): Date | null {
  if (startFrom === 'now') return now;
  if (startFrom === 'all') return null;
  if (/^\d{4}-\d{2}-\d{2}$/.test(startFrom)) {
    const first = Temporal.PlainDate.from(startFrom).toZonedDateTime({ timeZone: zone });
    return new Date(first.epochMilliseconds);
  }
  return new Date(Temporal.Instant.from(startFrom).epochMilliseconds);
}
