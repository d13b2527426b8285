import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/index.js';
import type { ReasonDecision } from '../contact-reasons/index.js';
import { AddCustomerMessage } from './commands/add-customer-message.js';
import { AddOtherMessage, type MachineMessage } from './commands/add-other-message.js';
import { AddOutsideAnswer } from './commands/add-outside-answer.js';
import { FillStub } from './commands/fill-stub.js';
import { OpenTicket as OpenTicketCommand } from './commands/open-ticket.js';
import type { CustomerMessage } from './domain/customer-message.js';
import { JoiningStore } from './store/joining.store.js';

export type { CustomerMessage, NewAttachment } from './domain/customer-message.js';

export interface OpenTicket {
  readonly message: CustomerMessage;
  readonly channel:
    'email' | 'form' | 'phone' | 'chat' | 'whatsapp' | 'messenger' | 'assistant' | 'other';
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
  readonly twins: readonly {
    readonly queueKey: string;
    readonly mailboxKey: string;
    readonly reason: ReasonDecision;
  }[];
}

/** What the replay of a quarantined message decided about its ticket. */
export interface DecidedForStub extends Pick<
  OpenTicket,
  'reason' | 'queueKey' | 'marks' | 'fromPerson'
> {
  readonly lane: 'inbox' | 'suspected' | 'automatic';
  /** The queue that the stub opened in: where it is elsewhere by now, an agent's word stands. */
  readonly stubQueueKey: string;
}

export interface OpenedTicket {
  readonly ticketId: string;
  readonly messageId: string;
  /** In the order of `twins`. */
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
  /** Lower-case addresses of participants: the requester by any of theirs, those of side conversations among them. */
  readonly participants: readonly string[];
  /** The requester's own addresses among them. */
  readonly requesters: readonly string[];
  /**
   * Participants of side conversations only (`/forwards`): their mail joins that conversation by `addCustomerMessage`,
   * whatever the ticket's status; it is never a follow-up and has no clock.
   */
  readonly outsiders: readonly string[];
  /** An open follow-up of this ticket: further answers go there (D9). */
  readonly openFollowUp: string | null;
  readonly mergedInto: string | null;
  /** Mailboxes by which its twins came in that are not resolved (D25). */
  readonly twinMailboxes: readonly string[];
}

/** Tickets for the modules above: intake and portal. The API's own verbs are this module's commands. */
@Injectable()
export class Tickets {
  constructor(
    private readonly opening: OpenTicketCommand,
    private readonly customerMessages: AddCustomerMessage,
    private readonly otherMessages: AddOtherMessage,
    private readonly outsideAnswers: AddOutsideAnswer,
    private readonly stubs: FillStub,
    private readonly joining: JoiningStore,
  ) {}

  /**
   * Opens a ticket with its first message, participants, clock, history and acknowledgement, all in `tx` (D1–D7, D13),
   * and its twins (D25). The blobs of the attachments must be recorded in `tx` before.
   */
  open(tx: Tx, input: OpenTicket): Promise<OpenedTicket> {
    return this.opening.run(tx, input);
  }

  /** Null for an unknown ticket. */
  forJoining(tx: Tx, ticketId: string): Promise<TicketForJoining | null> {
    return this.joining.forJoining(tx, ticketId);
  }

  /**
   * A participant's message: `awaiting_customer` → `open`, clock by D13, last activity; reopens if `reopen`. On a
   * resolved ticket without `reopen`: AppError `invalid_transition`. An outsider's joins the side conversation.
   */
  addCustomerMessage(
    tx: Tx,
    input: { ticketId: string; message: CustomerMessage; reopen: boolean },
  ): Promise<{ messageId: string }> {
    return this.customerMessages.run(tx, input);
  }

  /** Bare thanks on a resolved ticket: visible, no clock, no acknowledgement, status unchanged (D9). */
  addCourtesy(
    tx: Tx,
    input: { ticketId: string; message: CustomerMessage },
  ): Promise<{ messageId: string }> {
    return this.otherMessages.courtesy(tx, input);
  }

  /** A bare score on a resolved ticket (D12): a courtesy, and `ticketScored` for who keeps feedback. */
  async addScore(
    tx: Tx,
    input: { ticketId: string; message: CustomerMessage; score: number },
  ): Promise<{ messageId: string }> {
    return this.otherMessages.score(tx, input);
  }

  /** With thread proof but from a stranger: waits on the ticket, with a clock (D17, D26). */
  addThirdParty(
    tx: Tx,
    input: { ticketId: string; message: CustomerMessage; why: string },
  ): Promise<{ messageId: string }> {
    return this.otherMessages.thirdParty(tx, input);
  }

  /**
   * Auto-replies, bounces, receipts, complaints: recorded on the ticket; change neither status, clock nor last activity
   * (D13, D21).
   */
  addMachineMessage(
    tx: Tx,
    input: {
      ticketId: string;
      message: CustomerMessage;
      what: MachineMessage;
      /** What it means, shown with it (pt-BR); null: it speaks for itself. */
      meaning?: string | null;
      /** Set on the ticket where an agent has to act. */
      mark?: string | null;
    },
  ): Promise<{ messageId: string }> {
    return this.otherMessages.machine(tx, input);
  }

  /**
   * An answer given outside (D24): found in the Sent folder, or sent by a configured agent address with passing
   * authentication. With the requester among its recipients it is a `reply` that moves status and clock, else a note.
   * Its author is the agent in service whose log-in the From is, where there is one.
   */
  addOutsideAnswer(
    tx: Tx,
    input: { ticketId: string; message: CustomerMessage },
  ): Promise<{ messageId: string; kind: 'reply' | 'note' }> {
    return this.outsideAnswers.run(tx, input);
  }

  /** D22: the stub of a message that could not be processed, and the later replay that fills the same ticket. */
  fillStub(
    tx: Tx,
    input: { ticketId: string; message: CustomerMessage; decided?: DecidedForStub },
  ): Promise<{ messageId: string }> {
    return this.stubs.run(tx, input);
  }

  /**
   * D22: a received message was read better by a later build: subject, texts and further files of it, on every ticket
   * that it is on. Kind, author, status and clocks stay. Reading twice is reading once.
   */
  readAnew(tx: Tx, input: { intakeId: string; message: CustomerMessage }): Promise<void> {
    return this.stubs.readAnew(tx, input);
  }
}
