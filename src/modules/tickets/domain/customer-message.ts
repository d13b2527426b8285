import type { MailAddress } from './addresses.js';

export interface NewAttachment {
  readonly filename: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly sha256: Buffer;
  readonly contentId: string | null;
  readonly inline: boolean;
}

/** A piece of a message's text, [from, to) in UTF-16 units; the spans of a text cover it end to end. */
export interface MessageSpan {
  readonly from: number;
  readonly to: number;
  readonly kind: 'new' | 'quotation' | 'signature' | 'footer' | 'attribution' | 'forwarded-header';
  /** How it was recognised, and how sure that is (0 to 1). */
  readonly why: string;
  readonly confidence: number;
  /** Part of `visibleText`. */
  readonly shown: boolean;
}

/** A message from outside, parsed. Addresses are normalised (domain part lower case; compared in lower case). */
export interface CustomerMessage {
  readonly intakeId: string | null;
  readonly from: { readonly address: string | null; readonly name: string };
  readonly replyTo: string | null;
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  readonly visibleText: string;
  /** null or absent: all of the text is new. */
  readonly spans?: readonly MessageSpan[] | null;
  /** Without brackets; null where absent or blank. */
  readonly messageId: string | null;
  /** Its References and In-Reply-To, oldest first. */
  readonly references: readonly string[];
  readonly attachments: readonly NewAttachment[];
  readonly receivedAt: Date;
}
