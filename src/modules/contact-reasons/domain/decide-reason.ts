import type { ReasonConfig } from '../../../config/index.js';

/** What a message says about its reason, by decreasing weight (D4). */
export interface ReasonMarks {
  /** Picked in a form or by an agent. */
  readonly explicit: string | null;
  /** Detail of `+m.<key>`. */
  readonly subAddress: string | null;
  readonly subject: string;
  readonly text: string;
  readonly fromAddress: string | null;
  readonly fixedReason: string | null;
  readonly fallbackReason: string | null;
}

export interface ReasonDecision {
  /** null: "a classificar". */
  readonly key: string | null;
  readonly decidedBy: 'form' | 'sub_address' | 'subject_tag' | 'mailbox' | 'clues' | 'classifier' | 'fallback' | 'none' | 'agent';
  /** 0…1. */
  readonly confidence: number;
  readonly evidence: Readonly<Record<string, unknown>>;
}

/** Decides the contact reason of a message (D4). Pure; the same input gives the same decision. */
export function decideReason(_marks: ReasonMarks, _reasons: Readonly<Record<string, ReasonConfig>>): ReasonDecision {
  throw new Error('unwritten');
}
