/** All that the decision about an acknowledgement depends on. */
export interface AcknowledgementSituation {
  /** What intake said: true, or the reason why not (D21). */
  readonly wanted: true | { readonly no: string };
  readonly fromPerson: boolean;
  readonly lane: 'inbox' | 'suspected' | 'quarantined' | 'automatic';
  /** Where it would go; null: no usable sender (D27). */
  readonly address: string | null;
  /** False where the Reply-To stands in another domain than From, or nobody reads the address (D26). */
  readonly automaticMailAllowed: boolean;
  /** The mailbox whose identity it would carry; null: nobody could send it. */
  readonly mailboxKey: string | null;
  readonly now: Date;
  readonly receivedAt: Date;
  /** The promised instant; null: no clock runs, so nothing is promised. */
  readonly dueAt: Date | null;
  /** Acknowledgements to this address in the last hour, and how many one sender may get (D7). */
  readonly sentInLastHour: number;
  readonly perSenderHour: number;
  readonly isFollowUp: boolean;
  /** The reason points to another channel, and the mailbox lets that be said at once (D5). */
  readonly redirectNow: boolean;
}

export type AcknowledgementDecision =
  /** Nothing leaves; `why` goes into the ticket's history. */
  | { readonly kind: 'none'; readonly why: string }
  /** Too many for one hour: the hourly summary will name this ticket (D7). */
  | { readonly kind: 'summary' }
  /** D5: the customer is pointed to the right channel and the ticket closes as out_of_scope. */
  | { readonly kind: 'redirect' }
  | {
      readonly kind: 'send';
      readonly template: 'acknowledgement' | 'acknowledgement-late' | 'follow-up-opened';
      /** The date that may be promised: none where it has passed or no clock runs (D15). */
      readonly promisedAt: Date | null;
    };

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Decides the one acknowledgement of an opened ticket or follow-up (D7, D15, D21, D23, D26).
 * Late: the promised date has passed at intake, or the message is older than 24 hours.
 */
export function decideAcknowledgement(
  situation: AcknowledgementSituation,
): AcknowledgementDecision {
  if (situation.wanted !== true) return { kind: 'none', why: situation.wanted.no };
  if (!situation.fromPerson) return { kind: 'none', why: 'automatic_message' };
  if (situation.lane !== 'inbox') return { kind: 'none', why: `lane_${situation.lane}` };
  if (situation.address === null) return { kind: 'none', why: 'no_usable_sender' };
  if (!situation.automaticMailAllowed) return { kind: 'none', why: 'reply_to_elsewhere' };
  if (situation.mailboxKey === null) return { kind: 'none', why: 'no_mailbox' };
  if (situation.sentInLastHour >= situation.perSenderHour) return { kind: 'summary' };
  if (situation.redirectNow) return { kind: 'redirect' };
  const passed = situation.dueAt !== null && situation.dueAt.getTime() <= situation.now.getTime();
  const old = situation.now.getTime() - situation.receivedAt.getTime() > DAY_MS;
  const promisedAt = passed ? null : situation.dueAt;
  if (passed || old) return { kind: 'send', template: 'acknowledgement-late', promisedAt };
  return {
    kind: 'send',
    template: situation.isFollowUp ? 'follow-up-opened' : 'acknowledgement',
    promisedAt,
  };
}

/** Access e-mail or support ID are asked for only where both are unknown, and once per requester (D7). */
export function asksForIdentification(requester: {
  readonly supportId: string | null;
  readonly accessEmail: string | null;
  readonly identificationAskedAt: Date | null;
}): boolean {
  return (
    requester.supportId === null &&
    requester.accessEmail === null &&
    requester.identificationAskedAt === null
  );
}

/** One summary at most an hour, and not before the burst has had time to end (D7). Minutes. */
export const SUMMARY_GATHERS_MINUTES = 5;
export const SUMMARY_EVERY_MINUTES = 60;
