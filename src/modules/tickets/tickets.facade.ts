import type { Tx } from '../../platform/index.js';
import type { ReasonDecision } from '../contact-reasons/index.js';

export interface NewAttachment {
  readonly filename: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly sha256: Buffer;
  readonly contentId: string | null;
  readonly inline: boolean;
}

/** A message from outside, parsed. Addresses are normalised (domain part lower case; compared in lower case). */
export interface CustomerMessage {
  readonly intakeId: string | null;
  readonly from: { readonly address: string | null; readonly name: string };
  readonly replyTo: string | null;
  readonly to: readonly { readonly address: string; readonly name: string }[];
  readonly cc: readonly { readonly address: string; readonly name: string }[];
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  readonly visibleText: string;
  /** Without brackets; null where absent or blank. */
  readonly messageId: string | null;
  /** Its References and In-Reply-To, oldest first. */
  readonly references: readonly string[];
  readonly attachments: readonly NewAttachment[];
  readonly receivedAt: Date;
}

export interface OpenTicket {
  readonly message: CustomerMessage;
  readonly channel: 'email' | 'form' | 'phone' | 'chat' | 'whatsapp' | 'messenger' | 'assistant' | 'other';
  readonly mailboxKey: string | null;
  readonly queueKey: string;
  readonly reason: ReasonDecision;
  readonly lane: 'inbox' | 'suspected' | 'quarantined' | 'automatic';
  readonly marks: readonly string[];
  /** Whether a person sent it: decides the clock (D17) and, with `acknowledge`, the acknowledgement (D21). */
  readonly fromPerson: boolean;
  /** False with the reason why not, for the journal; true: one acknowledgement goes into the outbox (D7). */
  readonly acknowledge: true | { readonly no: string };
  readonly followUpOf: string | null;
  /** A ticket that another copy of this message opened before (D25, Bcc): the new one joins its twins. */
  readonly twinOf?: string | null;
  /** Tickets opened by the same message in other queues (D25): the acknowledgement names them all. */
  readonly twins: readonly { readonly queueKey: string; readonly mailboxKey: string; readonly reason: ReasonDecision }[];
}

export interface OpenedTicket {
  readonly ticketId: string;
  readonly messageId: string;
  readonly twinTicketIds: readonly string[];
  readonly acknowledged: boolean;
}

/** What a ticket says about itself to intake, before deciding (locked for the rest of `tx`). */
export interface TicketForJoining {
  readonly ticketId: string;
  readonly status: 'open' | 'awaiting_customer' | 'resolved';
  readonly queueKey: string;
  readonly mailboxKey: string | null;
  readonly resolvedAt: Date | null;
  /** Lower-case addresses of participants, those of side conversations among them. */
  readonly participants: readonly string[];
  /**
   * Participants of side conversations only (`/forwards`): their mail joins that conversation by `addCustomerMessage`,
   * whatever the ticket's status; it is never a follow-up and has no clock.
   */
  readonly outsiders: readonly string[];
  /** An open follow-up of this ticket: further answers go there (D9). */
  readonly openFollowUp: string | null;
  readonly mergedInto: string | null;
}

/** Tickets for the modules above: intake and portal. The API's own verbs are this module's commands. */
export class Tickets {
  /** Opens a ticket with its first message, participants, clock, history and acknowledgement, all in `tx` (D1–D7, D13). */
  open(_tx: Tx, _input: OpenTicket): Promise<OpenedTicket> {
    throw new Error('unwritten');
  }

  forJoining(_tx: Tx, _ticketId: string): Promise<TicketForJoining | null> {
    throw new Error('unwritten');
  }

  /** A participant's message: `awaiting_customer` → `open`, clock by D13, last activity; reopens if `reopen`. */
  addCustomerMessage(_tx: Tx, _input: { ticketId: string; message: CustomerMessage; reopen: boolean }): Promise<{ messageId: string }> {
    throw new Error('unwritten');
  }

  /** Bare thanks on a resolved ticket: visible, no clock, no acknowledgement, status unchanged (D9). */
  addCourtesy(_tx: Tx, _input: { ticketId: string; message: CustomerMessage }): Promise<{ messageId: string }> {
    throw new Error('unwritten');
  }

  /** With thread proof but from a stranger: waits on the ticket, with a clock (D17, D26). */
  addThirdParty(_tx: Tx, _input: { ticketId: string; message: CustomerMessage; why: string }): Promise<{ messageId: string }> {
    throw new Error('unwritten');
  }

  /** Auto-replies, bounces, receipts: recorded on the ticket; change neither status, clock nor last activity (D13, D21). */
  addMachineMessage(_tx: Tx, _input: { ticketId: string; message: CustomerMessage; what: 'auto_reply' | 'bounce' | 'receipt' }): Promise<{ messageId: string }> {
    throw new Error('unwritten');
  }

  /** D22: the stub of a message that could not be processed, and the later replay that fills the same ticket. */
  fillStub(_tx: Tx, _input: { ticketId: string; message: CustomerMessage }): Promise<{ messageId: string }> {
    throw new Error('unwritten');
  }
}
