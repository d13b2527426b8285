import { Injectable } from '@nestjs/common';
import { Mailboxes } from '../../mailboxes/index.js';
import type { AccessScope } from '../../queues/index.js';
import { AppError, Clock, Database, type Tx } from '../../../platform/index.js';
import { checkVersion, type ExpectedVersion } from '../../../platform/http/index.js';
import { sameAddress, type MailAddress } from '../domain/addresses.js';
import { whoIsAnswered } from '../domain/answers-requester.js';
import { defaultRecipients, ownAmong, type Recipients } from '../domain/recipients.js';
import type { TicketStatus } from '../domain/ticket-status.js';
import { agentActor, type HistoryEntry } from '../store/history.store.js';
import type { TicketRow } from '../store/ticket.store.js';
import { SIDE_ANSWER_MARK } from './add-customer-message.js';
import { ApplyAnswer } from './apply-answer.js';
import { writtenBody, type WrittenBody } from './written-body.js';
import { WritingDesk } from './writing-desk.js';

export interface ReplyRequest {
  readonly text?: string;
  readonly html?: string;
  /** Default: D26. */
  readonly to?: readonly MailAddress[];
  readonly cc?: readonly MailAddress[];
  readonly attachmentIds: readonly string[];
  readonly then: TicketStatus;
  readonly expected: ExpectedVersion;
}

/** Something the agent should know although the reply is on its way. */
export interface ReplyWarning {
  readonly code: 'twin_open' | 'twin_answered' | 'not_to_requester' | 'message_waiting';
  /** The twin's; absent where the twin lies in a queue that the agent may not see (D20). */
  readonly protocol: string | null;
  readonly detail: string;
}

export interface ReplyResult {
  readonly messageId: string;
  readonly ticketId: string;
  readonly warnings: readonly ReplyWarning[];
}

/** An agent's answer (D9, D19, D26): written with its outbox row; `then` is applied when SMTP accepts it. */
@Injectable()
export class ReplyToTicket {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly desk: WritingDesk,
    private readonly mailboxes: Mailboxes,
    private readonly answers: ApplyAnswer,
  ) {}

  /**
   * AppErrors: `not_found`; `stale_version`/`precondition_failed` (a customer message came in since);
   * `invalid_transition` on a resolved ticket (reopen first); `conflict` for a suspected one (release first) and for
   * what a second team holds of a private ticket (hand back);
   * `validation_failed` naming `text`, `to`, `cc`, `attachmentIds`.
   */
  run(scope: AccessScope, protocol: string, request: ReplyRequest): Promise<ReplyResult> {
    const body = writtenBody(request);
    return this.database.inTransaction((tx) => this.write(tx, scope, protocol, request, body));
  }

  private async write(
    tx: Tx,
    scope: AccessScope,
    protocol: string,
    request: ReplyRequest,
    body: WrittenBody,
  ): Promise<ReplyResult> {
    const now = this.clock.now();
    const ticket = await this.desk.access.toChange(tx, scope, protocol);
    checkVersion(ticket.version, request.expected);
    assertAnswerable(ticket);
    const { to, cc } = await this.recipients(tx, ticket, request);
    const answers = await this.whoIsAnswered(tx, ticket, to, request.then);
    const references = await this.desk.records.messages.references(tx, ticket.id, null);
    const { messageId, picked, agentName } = await this.desk.write(tx, scope, ticket.id, {
      kind: 'reply',
      subject: ticket.subject,
      body,
      to,
      cc,
      thenStatus: request.then,
      attachmentIds: request.attachmentIds,
      now,
    });
    const actor = agentActor(scope.actor.agentId);
    await this.desk.records.history.append(tx, ticket.id, now, actor, [
      writtenEntry(messageId, request.then, to.length === 0),
    ]);
    ticket.marks = ticket.marks.filter((mark) => mark !== SIDE_ANSWER_MARK);
    if (to.length === 0) {
      // Telephone, chat: the answer was given there, so it counts at once.
      const answer = { messageId, thenStatus: request.then, acceptedAt: now, actor };
      await this.answers.run(tx, ticket, answer);
    } else {
      const attachments = picked;
      const written = {
        ticket,
        messageId,
        agentName,
        ...body,
        to,
        cc,
        references,
        attachments,
        now,
      };
      const mail = answers === null ? written : { ...written, answers };
      await this.desk.mail.reply(tx, mail, request.then);
      await this.desk.records.tickets.save(tx, ticket);
    }
    const warnings = [
      ...(to.length > 0 && answers === null ? [NOT_TO_REQUESTER] : []),
      ...(request.then === 'resolved' &&
      (await this.desk.records.messages.anyWaiting(tx, ticket.id))
        ? [MESSAGE_WAITING]
        : []),
      ...(await this.twinWarnings(tx, scope, ticket)),
    ];
    return { messageId, ticketId: ticket.id, warnings };
  }

  /** The recipients that a reply would have by default; shown before sending (D26). */
  async defaults(tx: Tx, ticket: TicketRow): Promise<Recipients> {
    const last = await this.desk.records.messages.lastInbound(tx, ticket.id);
    const participants = await this.desk.records.participants.ofTicket(tx, ticket.id);
    const name = participants.find((one) => one.role === 'requester')?.name ?? '';
    return defaultRecipients(
      {
        requester:
          ticket.requesterAddress === null ? null : { address: ticket.requesterAddress, name },
        replyTo: ticket.replyToAddress,
        lastCc: last?.cc ?? [],
        lists: [],
      },
      this.mailboxes.ownAddresses(),
    );
  }

  private async recipients(tx: Tx, ticket: TicketRow, request: ReplyRequest): Promise<Recipients> {
    const own = this.mailboxes.ownAddresses();
    for (const field of ['to', 'cc'] as const) {
      const at = ownAmong(request[field] ?? [], own);
      if (at >= 0) {
        throw new AppError('validation_failed', {
          fields: [{ path: `${field}[${at}]`, reason: 'is one of our own addresses' }],
        });
      }
    }
    const defaults = await this.defaults(tx, ticket);
    const to = request.to ?? defaults.to;
    const cc = (request.cc ?? defaults.cc).filter(
      (one) => !to.some((other) => sameAddress(other.address) === sameAddress(one.address)),
    );
    const needsAddress = ticket.channel === 'email' || ticket.channel === 'form' || cc.length > 0;
    if (to.length === 0 && (needsAddress || request.to !== undefined)) {
      throw new AppError('validation_failed', {
        detail: 'Este chamado não tem endereço para resposta: informe o destinatário.',
        detailEn: 'This ticket has no address to answer to: name one.',
        fields: [{ path: 'to', reason: 'must name at least one recipient' }],
      });
    }
    return { to, cc };
  }

  /** Null: the reply goes to others only, and then it cannot resolve what the requester asked. */
  private async whoIsAnswered(
    tx: Tx,
    ticket: TicketRow,
    to: readonly MailAddress[],
    then: TicketStatus,
  ): Promise<string | null> {
    const people = await this.desk.records.participants.ofTicket(tx, ticket.id);
    const answered = whoIsAnswered(ticket, people, to);
    if (answered === null && to.length > 0 && then === 'resolved') {
      throw new AppError('validation_failed', {
        detail: 'Para resolver, a resposta precisa ir ao solicitante.',
        detailEn: 'A resolving reply must go to the requester.',
        fields: [{ path: 'to', reason: 'must name the requester where then is resolved' }],
      });
    }
    return answered;
  }

  /** D25: answering one twin warns the agent of the other. */
  private async twinWarnings(
    tx: Tx,
    scope: AccessScope,
    ticket: TicketRow,
  ): Promise<ReplyWarning[]> {
    const twins = await this.desk.records.tickets.twinsOf(tx, ticket);
    return twins
      .filter((twin) => twin.answered || twin.status !== 'resolved')
      .map((twin) => {
        const visible = scope.visibleQueues.includes(twin.queueKey);
        const which = visible ? `chamado gêmeo ${twin.id}` : 'chamado gêmeo em fila restrita';
        return {
          code: twin.answered ? ('twin_answered' as const) : ('twin_open' as const),
          protocol: visible ? twin.id : null,
          detail: twin.answered
            ? `O ${which} já tem resposta de outro atendente.`
            : `A mesma mensagem abriu o ${which}, ainda sem resposta.`,
        };
      });
  }
}

const NOT_TO_REQUESTER: ReplyWarning = {
  code: 'not_to_requester',
  protocol: null,
  detail: 'Esta resposta não vai ao solicitante: o prazo dele continua correndo.',
};

const MESSAGE_WAITING: ReplyWarning = {
  code: 'message_waiting',
  protocol: null,
  detail: 'Há mensagem de outra pessoa à espera de decisão neste chamado, ainda sem resposta.',
};

/** AppErrors `conflict` and `invalid_transition`: nobody may write to the customer on it now. */
export function assertAnswerable(ticket: TicketRow): void {
  if (ticket.escalationOf !== null) {
    throw new AppError('conflict', {
      detail: 'Quem fala com o cliente é a primeira linha: devolva o chamado com o resultado.',
      detailEn: 'The first line speaks with the customer: hand back with DELETE …/escalation.',
    });
  }
  if (ticket.status === 'resolved') {
    throw new AppError('invalid_transition', {
      detail: 'O chamado está resolvido: reabra antes de responder.',
      detailEn: 'The ticket is resolved: reopen it before replying.',
    });
  }
  if (ticket.lane === 'suspected') {
    throw new AppError('conflict', {
      detail: 'O chamado está entre os suspeitos: libere antes de responder.',
      detailEn: 'The ticket is a suspect: release it before replying.',
    });
  }
}

/** `given`: by telephone or chat, where nothing has to be sent first. */
function writtenEntry(messageId: string, then: string, given: boolean): HistoryEntry {
  const after = { messageId, then, ...(given ? { given } : {}) };
  return { action: 'reply_written', after };
}
