import type { HelpdeskConfig, MailboxConfig } from '../../../config/index.js';
import type { ReasonClassifier } from '../../contact-reasons/index.js';
import type { OwnAddresses } from '../../mailboxes/index.js';
import type { Tickets } from '../../tickets/index.js';
import type { Authentication } from './authentication.js';
import type { CanaryClaim } from './canary.js';
import type { Disposition, Findings, Verdict } from './decision.js';
import type { ParsedMail } from './parsed-mail.js';

/** What a ticket says about itself before a message may join it. */
export type TicketForJoining = NonNullable<Awaited<ReturnType<Tickets['forJoining']>>>;

/** An earlier copy of the same message (same fingerprint, D25). */
export interface EarlierCopy {
  readonly intakeId: string;
  readonly mailboxKey: string;
  /** Where it lay: what we sent ourselves (D24) is no copy of what reaches another mailbox. */
  readonly folderRole: 'inbox' | 'junk' | 'sent';
  readonly disposition: Disposition;
  /** The ticket that it made or joined. */
  readonly ticketId: string | null;
  /** That ticket and its twins; empty where the copy made no ticket. */
  readonly tickets: readonly {
    readonly ticketId: string;
    readonly queueKey: string;
    readonly mailboxKey: string | null;
  }[];
}

/**
 * A ticket that the message gives proof of belonging to, `merged_into` already followed. `signed_token`: in a Message-ID
 * of ours or in our sub-address. `known_message_id`: a customer's message on the ticket; only for what our own people
 * wrote (D24), because customers' Message-IDs are known to others.
 */
export interface ThreadProof {
  readonly by: 'own_message_id' | 'signed_token' | 'subject_protocol' | 'known_message_id';
  /** The Message-ID, key or protocol found. */
  readonly found: string;
  readonly ticket: TicketForJoining;
}

/** Everything that the filters may look at besides the message: read before, so that they stay pure. */
export interface MessageContext {
  readonly mailboxKey: string;
  readonly mailbox: MailboxConfig;
  readonly config: HelpdeskConfig;
  readonly own: OwnAddresses;
  /** What decides contact reasons together with the clues; null or absent: the clues alone. */
  readonly reasonClassifier?: ReasonClassifier | null;
  readonly folderRole: 'inbox' | 'junk' | 'sent';
  readonly receivedAt: Date;
  /** Over the size limit: header and first text are all there is (D27). */
  readonly partial: boolean;
  /** Its own Message-ID is one that we gave to a mail of ours. */
  readonly messageIdIsOurs: boolean;
  /** In the Sent folder: the mail of ours that this is a copy of under a Message-ID that the relay gave it (D26). */
  readonly copyOfOurs: string | null;
  /** Whether it says to be a probe of ours, and is; null: it says nothing of the kind. */
  readonly canary: CanaryClaim | null;
  readonly authentication: Authentication;
  /** A forward whose From is the log-in of an agent in service; asked for forwards alone. */
  readonly fromAgentLogin: boolean;
  readonly copies: readonly EarlierCopy[];
  /** Another message with this Message-ID and another fingerprint is known (D25). */
  readonly messageIdSeenBefore: boolean;
  /** Strongest first. */
  readonly proofs: readonly ThreadProof[];
  /** For a delivery report: the mail of ours that it returns, its ticket and its recipients in lower case. */
  readonly returned: {
    readonly messageId: string;
    readonly ticketId: string;
    readonly recipients: readonly string[];
  } | null;
  /** What the filters before have learned. */
  readonly findings: Readonly<Findings>;
}

/** A filter: looks at one thing, says what it saw. Pure. */
export interface Filter {
  readonly name: string;
  run(mail: ParsedMail, context: MessageContext): Verdict;
}
