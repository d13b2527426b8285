import { Injectable } from '@nestjs/common';
import { promiseInWords } from '../../business-calendar/index.js';
import type { AccessScope } from '../../queues/index.js';
import { Requesters } from '../../requesters/index.js';
import { Sla } from '../../sla/index.js';
import { CurrentConfig } from '../../../config/index.js';
import { AppError, Clock, Database, type Tx } from '../../../platform/index.js';
import { checkVersion, type ExpectedVersion } from '../../../platform/http/index.js';
import { agentActor } from '../store/history.store.js';
import type { PickedAttachment } from '../store/attachment.store.js';
import type { OpeningRow } from '../store/opening.store.js';
import { takeDeadline, type TicketRow } from '../store/ticket.store.js';
import { raiseLastActivity } from './add-customer-message.js';
import { deadlineContext } from './deadline-context.js';
import { WritingDesk } from './writing-desk.js';

export interface EscalationRequest {
  readonly queue: string;
  /** What the second team should know; obligatory out of a private queue, where nothing else is shared (D20). */
  readonly text: string;
  readonly attachmentIds: readonly string[];
  readonly notifyCustomer: boolean;
  readonly expected: ExpectedVersion;
}

/** Hands a ticket to a second team (D11, D14): the first line stays owner towards the customer. */
@Injectable()
export class EscalateTicket {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: CurrentConfig,
    private readonly desk: WritingDesk,
    private readonly sla: Sla,
    private readonly requesters: Requesters,
  ) {}

  /**
   * Starts the resolution clock unless one runs; the return clock goes on as it is. AppErrors: `not_found`,
   * `invalid_transition` on a resolved ticket, `conflict` where it is with that team already, `validation_failed`.
   */
  run(
    scope: AccessScope,
    protocol: string,
    request: EscalationRequest,
  ): Promise<{ ticketId: string; messageId: string }> {
    return this.database.inTransaction(async (tx) => {
      const now = this.clock.now();
      const ticket = await this.desk.access.toChange(tx, scope, protocol);
      checkVersion(ticket.version, request.expected);
      const isPrivate = this.check(ticket, request);
      const { messageId, picked } = await this.desk.write(tx, scope, ticket.id, {
        kind: 'note',
        body: { text: request.text, html: null },
        details: { escalatedTo: request.queue },
        attachmentIds: request.attachmentIds,
        now,
      });
      const { calendar, policy } = deadlineContext(this.config.get(), ticket);
      const clock = {
        ticketId: ticket.id,
        at: now,
        calendar,
        policy: { ...policy, queueKey: request.queue },
      };
      const deadline = await this.sla.escalated(tx, clock);
      takeDeadline(ticket, deadline);
      const before = { escalatedTo: ticket.escalatedTo };
      ticket.escalatedTo = request.queue;
      ticket.escalatedAt = now;
      raiseLastActivity(ticket, now);
      await this.desk.records.tickets.save(tx, ticket);
      const sharedAs = isPrivate ? await this.share(tx, scope, ticket, request, picked, now) : null;
      if (request.notifyCustomer) {
        await this.tellCustomer(tx, ticket, request.queue, deadline.resolutionDueAt, now);
      }
      await this.desk.records.history.append(tx, ticket.id, now, agentActor(scope.actor.agentId), [
        {
          action: 'escalated',
          before,
          after: {
            escalatedTo: request.queue,
            messageId,
            resolutionDueAt: deadline.resolutionDueAt.toISOString(),
            ...(sharedAs === null ? {} : { sharedAs }),
          },
        },
      ]);
      return { ticketId: ticket.id, messageId };
    });
  }

  /** Whether the ticket's queue is private; throws where the escalation is not possible. */
  private check(ticket: TicketRow, request: EscalationRequest): boolean {
    const { queues } = this.config.get();
    if (queues[request.queue]?.retired !== false || request.queue === ticket.queueKey) {
      throw invalid('queue', 'must be another queue in use');
    }
    if (ticket.status === 'resolved') throw new AppError('invalid_transition');
    if (ticket.escalatedTo === request.queue) {
      throw new AppError('conflict', {
        detail: 'O chamado já está com este time.',
        detailEn: 'The ticket is with this team already.',
      });
    }
    const isPrivate = queues[ticket.queueKey]?.private === true;
    if (isPrivate && request.text.trim() === '') {
      throw invalid('text', 'is all that the other team will see, so it must not be empty');
    }
    return isPrivate;
  }

  /**
   * D20: the second team gets a ticket of its own that holds the agent's text and the files she picked, and nothing
   * else: neither subject nor requester. It points back to "chamado em fila restrita".
   */
  private async share(
    tx: Tx,
    scope: AccessScope,
    ticket: TicketRow,
    request: EscalationRequest,
    picked: readonly PickedAttachment[],
    now: Date,
  ): Promise<string> {
    const { actor } = scope;
    const opened = await this.desk.records.opening.open(
      tx,
      sharedTicket(ticket, { agentId: actor.agentId, agentName: actor.name }, request, picked, now),
    );
    const { calendar } = deadlineContext(this.config.get(), ticket);
    const policy = { tags: [], reasonKey: null, queueKey: request.queue, mailboxKey: null };
    const clock = { ticketId: opened.ticketId, at: now, calendar, policy };
    const deadline = await this.sla.escalated(tx, clock);
    await this.desk.records.tickets.setDeadline(tx, opened.ticketId, deadline);
    return opened.ticketId;
  }

  private async tellCustomer(
    tx: Tx,
    ticket: TicketRow,
    targetQueue: string,
    dueAt: Date,
    now: Date,
  ): Promise<void> {
    const requester =
      ticket.requesterId === null ? null : await this.requesters.byId(tx, ticket.requesterId);
    const config = this.config.get();
    const { calendar } = deadlineContext(config, ticket);
    const zone = config.calendars[calendar]?.zone ?? 'America/Sao_Paulo';
    await this.desk.mail.escalationNotice(tx, {
      ticket,
      requesterName: requester?.name ?? '',
      targetQueue,
      promisedDate: promiseInWords(dueAt, zone),
      references: await this.desk.records.messages.references(tx, ticket.id, null),
      now,
      record: (content, to) =>
        this.desk.records.messages.insert(tx, {
          ticketId: ticket.id,
          kind: 'automatic',
          authorKind: 'system',
          subject: content.subject,
          text: content.text,
          html: content.html,
          to,
          details: { what: 'escalation' },
          createdAt: now,
        }),
    });
  }
}

/** The second team's own ticket out of a private queue (D20). */
function sharedTicket(
  ticket: TicketRow,
  agent: { agentId: string; agentName: string },
  request: EscalationRequest,
  picked: readonly PickedAttachment[],
  now: Date,
): OpeningRow {
  return {
    ...NOBODY_ASKED,
    subject: 'Direcionamento de chamado em fila restrita',
    queueKey: request.queue,
    receivedAt: now,
    escalationOf: ticket.id,
    priority: ticket.priority,
    message: {
      kind: 'note',
      authorKind: 'agent',
      authorAgentId: agent.agentId,
      authorName: agent.agentName,
      authorAddress: null,
      text: request.text,
      html: null,
      visibleText: request.text,
      to: [],
      cc: [],
      messageIdHeader: null,
      intakeId: null,
      details: {},
    },
    attachments: picked.map((one) => ({
      filename: one.filename,
      mediaType: one.mediaType,
      sizeBytes: Number(one.sizeBytes),
      sha256: one.sha256,
      contentId: null,
      inline: false,
    })),
    history: { actorKind: 'agent', actorId: agent.agentId, after: { queue: request.queue } },
    now,
  };
}

/** A ticket without requester, reason or mailbox. */
const NOBODY_ASKED = {
  lane: 'inbox',
  channel: 'other',
  mailboxKey: null,
  requesterId: null,
  requesterAddress: null,
  replyToAddress: null,
  reasonKey: null,
  reasonDecidedBy: 'agent',
  reasonConfidence: 1,
  reasonEvidence: {},
  marks: [],
  followUpOf: null,
  twinGroup: null,
  assigneeId: null,
  tags: [],
  participants: [],
} as const;

function invalid(path: string, reason: string): AppError {
  return new AppError('validation_failed', { fields: [{ path, reason }] });
}
