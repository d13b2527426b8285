import type { ReasonDecision } from '../../contact-reasons/index.js';
import type { MailAddress } from './parsed-mail.js';

/** What became of a message (interfaces.md). */
export type Disposition =
  | 'ticket_opened'
  | 'ticket_reply'
  | 'follow_up'
  | 'twin'
  | 'duplicate'
  | 'bounce'
  | 'auto_reply'
  | 'loop'
  | 'own'
  | 'courtesy'
  | 'feedback'
  | 'receipt'
  | 'complaint'
  | 'bulk_list'
  | 'third_party_pending'
  | 'spam_suspected'
  | 'quarantined'
  | 'historical'
  | 'vanished'
  | 'canary'
  | 'ignored';

/** A ticket that is to be opened. */
export interface TicketPlan {
  readonly lane: 'inbox' | 'suspected' | 'automatic';
  readonly marks: readonly string[];
  /** A person's message has a clock (D17). */
  readonly fromPerson: boolean;
  readonly acknowledge: true | { readonly no: string };
  readonly reason: ReasonDecision;
  readonly queueKey: string;
}

/** Further tickets that a message opens at once in other queues (D25). */
export type TwinPlans = readonly {
  readonly queueKey: string;
  readonly mailboxKey: string;
  readonly reason: ReasonDecision;
}[];

/** What is to be done with a message: the last word of the row of filters, carried out in one transaction. */
export type Plan =
  | {
      readonly kind: 'record';
      readonly disposition:
        'own' | 'loop' | 'duplicate' | 'twin' | 'bounce' | 'receipt' | 'complaint' | 'ignored';
      readonly ticketId: string | null;
    }
  /** A probe of ours that is back. */
  | { readonly kind: 'canary'; readonly canaryId: string }
  /** Our own mail as the relay filed it in Sent, under another Message-ID: thread proof from now on (D26). */
  | { readonly kind: 'own_copy'; readonly messageId: string }
  /** An answer that one of our people gave outside (D24): a reply where the requester is a recipient, else a note. */
  | { readonly kind: 'outside'; readonly ticketId: string }
  | {
      readonly kind: 'bounce';
      readonly ticketId: string;
      readonly messageId: string;
      readonly recipients: readonly string[];
      readonly hard: boolean;
      readonly reason: string;
    }
  | {
      readonly kind: 'machine';
      readonly ticketId: string;
      readonly what: 'auto_reply' | 'receipt' | 'complaint';
      /** What it means, for the ticket (pt-BR); null: it speaks for itself. */
      readonly meaning: string | null;
      /** Set on the ticket where an agent has to act; else null. */
      readonly mark: string | null;
    }
  /** Onto the mailbox's list of automatic mail of a civil day (`YYYY-MM-DD`). */
  | { readonly kind: 'bulk_list'; readonly day: string; readonly queueKey: string }
  | { readonly kind: 'join'; readonly ticketId: string; readonly reopen: boolean }
  | { readonly kind: 'courtesy'; readonly ticketId: string }
  /** An answer to the question for feedback (D12): `score` is 1 to 5. */
  | { readonly kind: 'feedback'; readonly ticketId: string; readonly score: number }
  | { readonly kind: 'third_party'; readonly ticketId: string; readonly why: string }
  | {
      readonly kind: 'follow_up';
      readonly of: string;
      readonly ticket: TicketPlan;
      readonly twins: TwinPlans;
    }
  | {
      readonly kind: 'open';
      readonly ticket: TicketPlan;
      /** Further queues that this message opens at once (D25). */
      readonly twins: TwinPlans;
      /** A Bcc copy's ticket: twin of one opened before. */
      readonly twinOf: string | null;
    };

/** What filters learn and hand on without deciding: each is set at most by one filter. */
export interface Findings {
  /** Who asks and where answers go (D26). */
  sender: {
    from: MailAddress | null;
    replyTo: string | null;
    why: 'from' | 'reply_to' | 'x_original_from' | 'forwarded' | 'none';
  };
  /** Why it is not from a person's hand (D21); null: as far as we know it is. */
  automatic: string | null;
  /** Why it is suspected (D23). */
  suspected: string | null;
  dmarcFailed: boolean;
  marks: string[];
  /** Why no automatic mail may go to the sender. */
  silent: string | null;
}

export type Evidence = Readonly<Record<string, unknown>>;

/** What one filter says about one message. */
export type Verdict =
  /** Nothing to do with this filter. */
  | { readonly verdict: 'pass'; readonly evidence?: Evidence }
  /** Something was learned; the next filters see it. */
  | { readonly verdict: 'noted'; readonly evidence: Evidence; readonly learned: Partial<Findings> }
  /** The last word. */
  | { readonly verdict: 'decided'; readonly evidence: Evidence; readonly plan: Plan };

export const PASS: Verdict = { verdict: 'pass' };

/** One line of the journal. */
export interface JournalEntry {
  readonly filter: string;
  readonly verdict: string;
  readonly evidence?: Evidence;
  readonly ms: number;
}
