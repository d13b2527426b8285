import { Injectable } from '@nestjs/common';
import { sendingMailbox } from '../../outbound-mail/index.js';
import { Mailboxes } from '../../mailboxes/index.js';
import { Requesters, type Requester } from '../../requesters/index.js';
import { Sla, type DeadlineSummary } from '../../sla/index.js';
import { CurrentConfig } from '../../../config/index.js';
import { Clock, type Tx } from '../../../platform/index.js';
import { participantsOf } from '../domain/participants.js';
import { redirectsNow } from '../domain/redirect.js';
import { requesterOfMessage, type RequesterOfMessage } from '../domain/requester-of-message.js';
import type { OpenedTicket, OpenTicket as OpenTicketInput } from '../tickets.facade.js';
import { FIRST_TWIN, type OpeningRow } from '../store/opening.store.js';
import { TicketRecords } from '../store/ticket-records.js';
import { AcknowledgeTicket } from './acknowledge-ticket.js';
import { calendarOfMailbox } from './deadline-context.js';
import { learnIdentification, mayTeach } from './learn-identification.js';

interface Placement {
  readonly queueKey: string;
  readonly mailboxKey: string | null;
  readonly reason: OpenTicketInput['reason'];
}

interface Opened extends Placement {
  readonly ticketId: string;
  readonly messageId: string;
  readonly deadline: DeadlineSummary;
}

const NO_CLOCK = { dueAt: null, kind: null, breached: false } as const;

function openingRow(
  input: OpenTicketInput,
  place: Placement,
  about: {
    who: RequesterOfMessage;
    requester: Requester | null;
    participants: OpeningRow['participants'];
    group: string | null;
    followUpOf: string | null;
    now: Date;
  },
): OpeningRow {
  const { message } = input;
  return {
    subject: message.subject,
    lane: input.lane,
    channel: input.channel,
    mailboxKey: place.mailboxKey,
    queueKey: place.queueKey,
    requesterId: about.requester?.id ?? null,
    requesterAddress: about.who.requester?.address ?? null,
    replyToAddress: about.who.replyTo,
    reasonKey: place.reason.key,
    reasonDecidedBy: place.reason.decidedBy,
    reasonConfidence: place.reason.confidence,
    reasonEvidence: place.reason.evidence,
    marks: [...new Set([...input.marks, ...about.who.marks])],
    receivedAt: message.receivedAt,
    followUpOf: about.followUpOf,
    escalationOf: null,
    twinGroup: about.group,
    assigneeId: null,
    priority: 'normal',
    tags: [],
    message: firstMessage(message, input.fromPerson),
    participants: about.participants,
    attachments: message.attachments,
    history: {
      actorKind: input.fromPerson ? 'customer' : 'system',
      actorId: null,
      after: {
        channel: input.channel,
        queue: place.queueKey,
        lane: input.lane,
        reason: { key: place.reason.key, decidedBy: place.reason.decidedBy },
        ...(about.followUpOf === null ? {} : { followUpOf: about.followUpOf }),
      },
    },
    now: about.now,
  };
}

function firstMessage(
  message: OpenTicketInput['message'],
  fromPerson: boolean,
): OpeningRow['message'] {
  return {
    kind: 'inbound',
    authorKind: 'customer',
    authorAgentId: null,
    authorName: message.from.name,
    authorAddress: message.from.address,
    text: message.text,
    html: message.html,
    visibleText: message.visibleText,
    spans: message.spans ?? null,
    to: message.to,
    cc: message.cc,
    messageIdHeader: message.messageId,
    intakeId: message.intakeId,
    details: fromPerson ? {} : { automatic: true },
  };
}

/** The mark that intake puts on a ticket whose message stayed on the server for its size (D27). */
export const OVER_SIZE_MARK = 'acima_do_limite';

/** The lower modules that opening needs besides its own records. */
@Injectable()
export class OpeningServices {
  constructor(
    readonly mailboxes: Mailboxes,
    readonly sla: Sla,
  ) {}

  /** D5: the customer was pointed to another channel: resolved as out_of_scope, no clock left running. */
  async closeAsRedirected(
    tx: Tx,
    records: TicketRecords,
    ticketId: string,
    now: Date,
  ): Promise<void> {
    const ticket = await records.tickets.lock(tx, ticketId);
    if (ticket === null) return;
    await this.sla.cancelReturn(tx, { ticketId, at: now, reason: 'redirected' });
    await this.sla.resolutionEnded(tx, { ticketId, at: now, reason: 'resolved' });
    ticket.status = 'resolved';
    ticket.closeReason = 'out_of_scope';
    ticket.resolvedAt = now;
    ticket.dueAt = NO_CLOCK.dueAt;
    ticket.dueKind = NO_CLOCK.kind;
    ticket.breached = NO_CLOCK.breached;
    await records.tickets.save(tx, ticket);
    await records.history.append(tx, ticketId, now, { kind: 'system', id: null }, [
      {
        action: 'status_changed',
        before: { status: 'open' },
        after: { status: 'resolved', closeReason: 'out_of_scope', why: 'redirected' },
      },
    ]);
  }
}

/** Opens a ticket, and its twins, from a message of a customer's (D1–D7, D13, D17, D25). */
@Injectable()
export class OpenTicket {
  constructor(
    private readonly config: CurrentConfig,
    private readonly clock: Clock,
    private readonly records: TicketRecords,
    private readonly requesters: Requesters,
    private readonly acknowledge: AcknowledgeTicket,
    private readonly services: OpeningServices,
  ) {}

  /** Everything happens in `tx`: blobs of the attachments must have been recorded in it before. */
  async run(tx: Tx, input: OpenTicketInput): Promise<OpenedTicket> {
    const now = this.clock.now();
    const own = this.services.mailboxes.ownAddresses();
    const who = requesterOfMessage(input.message.from, input.message.replyTo, own);
    const requester =
      who.requester === null
        ? null
        : await this.requesters.findOrCreate(tx, { ...who.requester, now });
    const earlier =
      input.twinOf == null ? null : await this.records.tickets.twinGroupOf(tx, input.twinOf);
    const group = earlier ?? (input.twins.length > 0 ? FIRST_TWIN : null);
    const about = { who, requester, now };
    const { followUpOf } = input;
    const first = await this.openOne(tx, input, input, { ...about, group, followUpOf });
    const twins: Opened[] = [];
    for (const twin of input.twins) {
      const twinGroup = earlier ?? first.ticketId;
      // The resolved ticket is continued in its own queue; elsewhere the message is a request like any.
      const twinAbout = { ...about, group: twinGroup, followUpOf: null };
      const opened = await this.openOne(tx, input, twin, twinAbout);
      await this.records.tickets.setDeadline(tx, opened.ticketId, opened.deadline);
      twins.push(opened);
    }
    const wanted =
      earlier === null || !(await this.records.tickets.groupAcknowledged(tx, earlier))
        ? input.acknowledge
        : { no: 'twin_was_acknowledged' };
    const known =
      requester === null ? null : await this.learn(tx, requester, first.messageId, input);
    const acknowledged = await this.acknowledgeOnce(
      tx,
      { ...input, acknowledge: wanted },
      first,
      twins,
      {
        who,
        requester: known,
        now,
      },
    );
    return {
      ticketId: first.ticketId,
      messageId: first.messageId,
      twinTicketIds: twins.map((twin) => twin.ticketId),
      acknowledged,
    };
  }

  private async openOne(
    tx: Tx,
    input: OpenTicketInput,
    place: Placement,
    about: {
      who: RequesterOfMessage;
      requester: Requester | null;
      group: string | null;
      followUpOf: string | null;
      now: Date;
    },
  ): Promise<Opened> {
    const own = this.services.mailboxes.ownAddresses();
    const participants = participantsOf(input.message, about.who, own);
    const opened = await this.records.opening.open(
      tx,
      openingRow(input, place, { ...about, participants }),
    );
    const deadline = await this.startClock(tx, input, place, opened);
    return { ...place, ...opened, deadline };
  }

  /** D17: what a person sent has a clock from `receivedAt`, whatever its lane; automatic mail has none. */
  private async startClock(
    tx: Tx,
    input: OpenTicketInput,
    place: Placement,
    opened: { ticketId: string; messageId: string },
  ): Promise<DeadlineSummary> {
    if (!input.fromPerson) return NO_CLOCK;
    return this.services.sla.customerMessage(tx, {
      ticketId: opened.ticketId,
      messageId: opened.messageId,
      startedAt: input.message.receivedAt,
      first: true,
      calendar: calendarOfMailbox(this.config.get(), place.mailboxKey),
      policy: {
        tags: [],
        reasonKey: place.reason.key,
        queueKey: place.queueKey,
        mailboxKey: place.mailboxKey,
      },
    });
  }

  /** Identification that the first message already brings is not asked for again (D7). */
  private async learn(
    tx: Tx,
    requester: Requester,
    messageId: string,
    input: OpenTicketInput,
  ): Promise<Requester> {
    if (!mayTeach(input)) return requester;
    const text = input.message.visibleText;
    return learnIdentification(tx, this.requesters, this.config.get(), {
      requester,
      messageId,
      text,
    });
  }

  private async acknowledgeOnce(
    tx: Tx,
    input: OpenTicketInput,
    first: Opened,
    twins: readonly Opened[],
    about: { who: RequesterOfMessage; requester: Requester | null; now: Date },
  ): Promise<boolean> {
    const config = this.config.get();
    const { message } = input;
    const decision = await this.acknowledge.run(tx, {
      ticketId: first.ticketId,
      lane: input.lane,
      queueKey: first.queueKey,
      reasonKey: input.reason.key,
      redirectNow: twins.length === 0 && redirectsNow(input.reason, input.mailboxKey, config),
      followUpOf: input.followUpOf,
      mailboxKey: sendingMailbox(first, config),
      requester: about.requester,
      address: about.who.replyTo,
      automaticMailAllowed: about.who.automaticMailAllowed,
      fromPerson: input.fromPerson,
      wanted: input.acknowledge,
      receivedAt: message.receivedAt,
      deadline: first.deadline,
      references: [
        ...message.references,
        ...(message.messageId === null ? [] : [message.messageId]),
      ],
      twins,
      asksForLink: input.marks.includes(OVER_SIZE_MARK),
      now: about.now,
    });
    if (decision.kind === 'redirect') {
      await this.services.closeAsRedirected(tx, this.records, first.ticketId, about.now);
    }
    return decision.kind === 'send' || decision.kind === 'redirect';
  }
}
