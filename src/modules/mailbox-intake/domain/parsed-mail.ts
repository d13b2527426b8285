import type { ForwardedMail } from './visible-reply/forwarded-mail.js';
import type { TextSpan } from './visible-reply/text-span.js';

/** Of `problems`: there are more attachments than are kept one by one; the rest is in the original alone. */
export const ATTACHMENTS_LEFT_OUT = 'attachments_left_out';

/** An address as written; the domain part in lower case. Compare addresses in lower case. */
export interface MailAddress {
  readonly address: string;
  readonly name: string;
}

/** A part that is kept as a file. `T` is where its bytes are. */
export interface ParsedAttachment<Blob> {
  readonly filename: string;
  readonly mediaType: string;
  /** Without brackets. */
  readonly contentId: string | null;
  /** Shown inside the text (an image of the HTML). */
  readonly inline: boolean;
  readonly blob: Blob;
}

/** The machine-readable parts of a multipart/report (RFC 3464, RFC 8098, RFC 5965), as text and bounded. */
export interface ReportParts {
  readonly type: 'delivery-status' | 'disposition-notification' | 'feedback-report' | 'other';
  readonly status: string;
  /** Header of the message reported about, as far as it was returned. */
  readonly originalHeader: string;
}

/** A message as intake thinks about it: plain data, bounded, without NUL, fit for PostgreSQL and for a worker's port. */
export interface ParsedMail<Blob = unknown> {
  /** Lower-case names → unfolded, decoded values in order; without trace and signature headers. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly receivedHeaders: number;
  /** Without brackets; null where absent or blank. */
  readonly messageId: string | null;
  readonly inReplyTo: readonly string[];
  readonly references: readonly string[];
  readonly from: MailAddress | null;
  readonly sender: MailAddress | null;
  readonly replyTo: MailAddress | null;
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  /** As written; shown and compared, never counted (D15). */
  readonly date: string | null;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  readonly visibleText: string;
  /** What of `text` is new, quoted, signature…: cover it end to end. */
  readonly spans: readonly TextSpan[];
  /** The message that this one forwards in its text. */
  readonly forwarded: ForwardedMail | null;
  readonly attachments: readonly ParsedAttachment<Blob>[];
  readonly report: ReportParts | null;
  /** 64 hex digits, see `fingerprintOf` (D25). */
  readonly fingerprint: string;
  /** What was cut or could not be read, for the journal: `text_truncated`, `html_not_converted`. */
  readonly problems: readonly string[];
}
