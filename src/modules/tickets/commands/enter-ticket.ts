import { Injectable } from '@nestjs/common';
import { sendingMailbox } from '../../outbound-mail/index.js';
import type { AccessScope } from '../../queues/index.js';
import { Requesters, type Requester } from '../../requesters/index.js';
import { Sla } from '../../sla/index.js';
import { CurrentConfig } from '../../../config/index.js';
import { AppError, Clock, Database, type Tx } from '../../../platform/index.js';
import { sameAddress } from '../domain/addresses.js';
import type { OpeningRow } from '../store/opening.store.js';
import type { Priority } from '../store/ticket.store.js';
import { AcknowledgeTicket } from './acknowledge-ticket.js';
import { calendarOfMailbox } from './deadline-context.js';
import { writtenBody, type WrittenBody } from './written-body.js';
import { WritingDesk } from './writing-desk.js';

export interface EnterRequest {
  readonly channel: OpeningRow['channel'];
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
  readonly requester?: { readonly address?: string; readonly name: string };
  readonly reason: string | null;
  readonly queue?: string;
  readonly priority: Priority;
  readonly tags: readonly string[];
  readonly attachmentIds: readonly string[];
  /** Send the acknowledgement to the requester. */
  readonly acknowledge: boolean;
  /** The text is not what the customer said but what we write to them first. */
  readonly proactive: boolean;
  readonly receivedAt?: Date;
}

interface Place {
  readonly queueKey: string;
  readonly mailboxKey: string | null;
}

function enteredRow(
  scope: AccessScope,
  request: EnterRequest,
  about: { body: WrittenBody; place: Place; requester: Requester | null; now: Date },
): OpeningRow {
  const { agentId } = scope.actor;
  const said = request.requester?.address;
  const address = said === undefined ? null : sameAddress(said);
  const name = request.requester?.name ?? '';
  return {
    subject: request.subject,
    lane: 'inbox',
    channel: request.channel,
    ...about.place,
    requesterId: about.requester?.id ?? null,
    requesterAddress: address,
    replyToAddress: address,
    reasonKey: request.reason,
    reasonDecidedBy: request.reason === null ? 'none' : 'agent',
    reasonConfidence: request.reason === null ? 0 : 1,
    reasonEvidence: {},
    marks: [],
    receivedAt: receivedAtOf(request, about.now),
    followUpOf: null,
    escalationOf: null,
    twinGroup: null,
    assigneeId: null,
    priority: request.priority,
    tags: [...request.tags],
    message: {
      ...(request.proactive
        ? WE_BEGAN
        : { kind: 'inbound', authorKind: 'customer', ...about.body }),
      authorAgentId: agentId,
      authorName: request.proactive ? '' : name,
      authorAddress: request.proactive ? null : address,
      visibleText: request.proactive ? WE_BEGAN.text : about.body.text,
      to: [],
      cc: [],
      messageIdHeader: null,
      intakeId: null,
      details: { enteredBy: agentId },
    },
    participants: address === null ? [] : [{ address, name, role: 'requester' }],
    attachments: [],
    history: {
      actorKind: 'agent',
      actorId: agentId,
      after: { channel: request.channel, queue: about.place.queueKey, enteredBy: agentId },
    },
    now: about.now,
  };
}

/** The first entry of a conversation that we begin: nobody has asked anything. */
const WE_BEGAN = {
  kind: 'event',
  authorKind: 'system',
  text: 'Contato iniciado pelo atendimento.',
  html: null,
} as const;

/** D15: never later than now, whatever was typed. */
function receivedAtOf(request: EnterRequest, now: Date): Date {
  return request.receivedAt === undefined || request.receivedAt > now ? now : request.receivedAt;
}

/** What entering needs of the modules below. */
@Injectable()
export class EnteringServices {
  constructor(
    readonly sla: Sla,
    readonly acknowledgement: AcknowledgeTicket,
  ) {}
}

/** A ticket that an agent enters: a call, a chat, or a mail that we write first (D6). */
@Injectable()
export class EnterTicket {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: CurrentConfig,
    private readonly desk: WritingDesk,
    private readonly requesters: Requesters,
    private readonly services: EnteringServices,
  ) {}

  /** AppError `validation_failed` naming `queue`, `reason`, `requester`, `text` or `attachmentIds`. */
  run(scope: AccessScope, request: EnterRequest): Promise<{ ticketId: string; messageId: string }> {
    const body = writtenBody(request);
    const place = this.place(scope, request);
    const address = request.requester?.address;
    if (request.proactive && address === undefined) {
      throw invalid('requester.address', 'is where the proactive mail goes');
    }
    return this.database.inTransaction(async (tx) => {
      const now = this.clock.now();
      const requester = await this.requesterOf(tx, request, now);
      const row = enteredRow(scope, request, { body, place, requester, now });
      const opened = await this.desk.records.opening.open(tx, row);
      if (!request.proactive) {
        await this.desk.attachTo(tx, scope, opened, request.attachmentIds, now);
      }
      if (request.proactive) {
        await this.write(tx, scope, opened.ticketId, body, request, now);
      } else {
        await this.promise(tx, request, { ...opened, place, requester, now });
      }
      return opened;
    });
  }

  /** By the address, else somebody new of whom a name is known; null: nobody knows who asks. */
  private async requesterOf(tx: Tx, request: EnterRequest, now: Date): Promise<Requester | null> {
    const { address, name = '' } = request.requester ?? {};
    if (address !== undefined) {
      return this.requesters.findOrCreate(tx, { address: sameAddress(address), name, now });
    }
    return name.trim() === '' ? null : this.requesters.createNamed(tx, { name: name.trim(), now });
  }

  /** The named queue, else the reason's, else the agent's own if it is the only one. */
  private place(scope: AccessScope, request: EnterRequest): Place {
    const config = this.config.get();
    if (request.reason !== null && config.reasons[request.reason]?.retired !== false) {
      throw invalid('reason', 'is not a reason in use');
    }
    const wanted =
      request.queue ??
      (request.reason === null ? undefined : config.reasons[request.reason]?.queue) ??
      (scope.memberQueues.length === 1 ? scope.memberQueues[0] : undefined) ??
      Object.values(config.mailboxes).find((one) => !config.queues[one.queue]?.private)?.queue;
    if (wanted === undefined || config.queues[wanted]?.retired !== false) {
      throw invalid('queue', 'must name a queue in use');
    }
    return {
      queueKey: wanted,
      mailboxKey: sendingMailbox({ mailboxKey: null, queueKey: wanted }, config),
    };
  }

  /** What a customer said by another channel has the same promise as mail (D6, D13), and its acknowledgement if wanted. */
  private async promise(
    tx: Tx,
    request: EnterRequest,
    opened: {
      ticketId: string;
      messageId: string;
      place: Place;
      requester: Requester | null;
      now: Date;
    },
  ): Promise<void> {
    const { ticketId, messageId, place, requester, now } = opened;
    const receivedAt = receivedAtOf(request, now);
    const deadline = await this.services.sla.customerMessage(tx, {
      ticketId,
      messageId,
      startedAt: receivedAt,
      first: true,
      calendar: calendarOfMailbox(this.config.get(), place.mailboxKey),
      policy: { tags: request.tags, reasonKey: request.reason, ...place },
    });
    const address = request.requester?.address;
    await this.services.acknowledgement.run(tx, {
      ticketId,
      lane: 'inbox',
      queueKey: place.queueKey,
      reasonKey: request.reason,
      redirectNow: false,
      followUpOf: null,
      mailboxKey: place.mailboxKey,
      requester,
      address: address === undefined ? null : sameAddress(address),
      automaticMailAllowed: true,
      fromPerson: true,
      wanted: request.acknowledge ? true : { no: 'entered_by_agent' },
      receivedAt,
      deadline,
      references: [],
      twins: [],
      asksForLink: false,
      now,
    });
  }

  /** The first mail is ours: a reply without a question before it; the ticket awaits the customer when it is accepted. */
  private async write(
    tx: Tx,
    scope: AccessScope,
    ticketId: string,
    body: WrittenBody,
    request: EnterRequest,
    now: Date,
  ): Promise<void> {
    const ticket = (await this.desk.records.tickets.lock(tx, ticketId))!;
    const to = [{ address: ticket.replyToAddress!, name: request.requester?.name ?? '' }];
    const { messageId, picked, agentName } = await this.desk.write(tx, scope, ticketId, {
      kind: 'reply',
      subject: ticket.subject,
      body,
      to,
      thenStatus: 'awaiting_customer',
      details: { proactive: true },
      attachmentIds: request.attachmentIds,
      now,
    });
    const rest = { to, cc: [], references: [], attachments: picked, now };
    const mail = { ticket, messageId, agentName, ...body, ...rest };
    await this.desk.mail.reply(tx, mail, 'awaiting_customer');
  }
}

function invalid(path: string, reason: string): AppError {
  return new AppError('validation_failed', { fields: [{ path, reason }] });
}
