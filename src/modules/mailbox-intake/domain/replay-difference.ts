/** What a message was recorded as, and what today's code makes of it: both in the same words. */
export interface Reading {
  readonly disposition: string;
  readonly ticketId: string | null;
  readonly subject: string;
  readonly from: string | null;
  /** null: the message is on no ticket. */
  readonly content: {
    readonly text: string;
    readonly visibleText: string;
    readonly attachments: readonly string[];
  } | null;
  readonly dmarc: string | null;
}

/** One thing that today's code sees otherwise. */
export interface Difference {
  readonly what:
    | 'disposition'
    | 'ticket'
    | 'subject'
    | 'from'
    | 'text'
    | 'visible_text'
    | 'attachments'
    | 'dmarc';
  readonly recorded: string | null;
  readonly today: string | null;
}

/** Differences that replaying applies by reading the message's content anew; the others are decisions. */
const CONTENT: ReadonlySet<Difference['what']> = new Set([
  'subject',
  'text',
  'visible_text',
  'attachments',
]);

/** In the order of `Difference.what`; empty where today's code comes to the same. */
export function differencesOf(recorded: Reading, today: Reading): Difference[] {
  const found: Difference[] = [];
  const compare = (what: Difference['what'], before: string | null, now: string | null): void => {
    if (before !== now) found.push({ what, recorded: before, today: now });
  };
  compare('disposition', recorded.disposition, today.disposition);
  // A decision to open a ticket names none: it is the one that stands.
  if (today.ticketId !== null) compare('ticket', recorded.ticketId, today.ticketId);
  compare('subject', recorded.subject, today.subject);
  compare('from', recorded.from, today.from);
  if (recorded.content !== null && today.content !== null) {
    const [before, now] = [recorded.content, today.content];
    compare('text', before.text, now.text);
    compare('visible_text', before.visibleText, now.visibleText);
    compare('attachments', names(before.attachments), names(now.attachments));
  }
  compare('dmarc', recorded.dmarc, today.dmarc);
  return found;
}

export function isOfContent({ what }: Difference): boolean {
  return CONTENT.has(what);
}

function names(attachments: readonly string[]): string {
  return [...attachments].sort().join(', ');
}
