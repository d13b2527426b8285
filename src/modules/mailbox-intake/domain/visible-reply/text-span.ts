/** What a piece of a message is. */
export type SpanKind =
  'new' | 'quotation' | 'signature' | 'footer' | 'attribution' | 'forwarded-header';

/** How a piece was recognised: stored, so that a doubtful fold can be explained. */
export interface Finding {
  readonly kind: SpanKind;
  /** The habit of mail programs by which it was recognised, in a few English words. */
  readonly why: string;
  /** 0 to 1: below 0.6 is a guess. */
  readonly confidence: number;
}

/** A piece of the whole text, [from, to) in UTF-16 units. The spans of a text lie end to end and cover it. */
export interface TextSpan extends Finding {
  readonly from: number;
  readonly to: number;
  /** Part of the visible text: what is new, and short quotations between which somebody answers. */
  readonly shown: boolean;
}

export const NEW: Finding = { kind: 'new', why: 'written here', confidence: 1 };

/** What the writer points at with a colon ("recebi este erro:") is part of what she says. */
export const ANNOUNCED: Finding = {
  kind: 'quotation',
  why: 'announced by the writer',
  confidence: 0.6,
};
