import type { Readable } from 'node:stream';

/** A composed mail; the gateway turns it into MIME. Ids are without angle brackets. */
export interface OutgoingMail {
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  readonly messageId: string;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  readonly date: Date;
  readonly from: { readonly address: string; readonly name: string };
  readonly replyTo: string | null;
  readonly to: readonly { readonly address: string; readonly name: string }[];
  readonly cc: readonly { readonly address: string; readonly name: string }[];
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly attachments: readonly {
    readonly filename: string;
    readonly mediaType: string;
    readonly contentId: string | null;
    readonly open: () => Promise<Readable>;
  }[];
}

export interface RecipientOutcome {
  readonly address: string;
  readonly state: 'accepted' | 'failed' | 'pending';
  readonly code: number | null;
  readonly response: string;
}

/** What one attempt came to, by SMTP phase. */
export type SendOutcome =
  /** 250 after DATA; recipients refused at RCPT are `failed` (5xx) or `pending` (4xx) in the list. */
  | {
      readonly kind: 'accepted';
      readonly response: string;
      readonly recipients: readonly RecipientOutcome[];
    }
  /** No recipient was taken, or DATA was answered 5xx: those fail for good. */
  | {
      readonly kind: 'refused';
      readonly code: number;
      readonly response: string;
      readonly recipients: readonly RecipientOutcome[];
    }
  /** 4xx, or a network fault before DATA was complete: try again later. */
  | {
      readonly kind: 'temporary';
      readonly code: number | null;
      readonly response: string;
      readonly recipients: readonly RecipientOutcome[];
    }
  /** 5xx at greeting, AUTH or MAIL FROM, or TLS failure: the mailbox's sending is broken, not this mail. */
  | { readonly kind: 'mailbox_stopped'; readonly code: number | null; readonly response: string }
  /** The connection died after the message was complete and before the answer: nobody knows. */
  | { readonly kind: 'unknown'; readonly response: string };
