import { Injectable } from '@nestjs/common';
import { Mailboxes } from '../../mailboxes/index.js';
import type { AccessScope } from '../../queues/index.js';
import { AppError, Clock, Database, type Tx } from '../../../platform/index.js';
import { checkVersion, type ExpectedVersion } from '../../../platform/http/index.js';
import { sameAddress, type MailAddress } from '../domain/addresses.js';
import { ownAmong } from '../domain/recipients.js';
import { agentActor } from '../store/history.store.js';
import { SIDE_ANSWER_MARK, raiseLastActivity } from './add-customer-message.js';
import { writtenBody } from './written-body.js';
import { WritingDesk } from './writing-desk.js';

export interface ForwardRequest {
  readonly text?: string;
  readonly html?: string;
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  readonly attachmentIds: readonly string[];
  /** The first message of a side conversation that this one continues; null: a new one. */
  readonly sideConversation: string | null;
  readonly expected: ExpectedVersion;
}

/** Writes to an outsider aside (a supplier, a bank): the customer sees nothing of it, and no clock is touched. */
@Injectable()
export class ForwardMessage {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly desk: WritingDesk,
    private readonly mailboxes: Mailboxes,
  ) {}

  /** AppError `validation_failed` where `to` names us or the requester, or the side conversation is not on this ticket. */
  run(
    scope: AccessScope,
    protocol: string,
    request: ForwardRequest,
  ): Promise<{ messageId: string; ticketId: string }> {
    const body = writtenBody(request);
    return this.database.inTransaction(async (tx) => {
      const now = this.clock.now();
      const ticket = await this.desk.access.toChange(tx, scope, protocol);
      checkVersion(ticket.version, request.expected);
      await this.checkRecipients(tx, ticket.id, request);
      const side = await this.sideConversation(tx, ticket.id, request.sideConversation);
      const references =
        side === null ? [] : await this.desk.records.messages.references(tx, ticket.id, side);
      const { to, cc } = request;
      const { messageId, picked, agentName } = await this.desk.write(tx, scope, ticket.id, {
        kind: 'third_party',
        subject: ticket.subject,
        body,
        to,
        cc,
        attachmentIds: request.attachmentIds,
        now,
      });
      await this.desk.records.messages.addDetails(tx, messageId, {
        sideConversation: side ?? messageId,
      });
      const attachments = picked;
      const mail = { ticket, messageId, agentName, ...body, to, cc, references, attachments, now };
      await this.desk.mail.forward(tx, mail);
      ticket.marks = ticket.marks.filter((mark) => mark !== SIDE_ANSWER_MARK);
      raiseLastActivity(ticket, now);
      await this.desk.records.tickets.save(tx, ticket);
      await this.desk.records.history.append(tx, ticket.id, now, agentActor(scope.actor.agentId), [
        { action: 'forwarded', after: { messageId, sideConversation: side ?? messageId } },
      ]);
      return { messageId, ticketId: ticket.id };
    });
  }

  private async checkRecipients(tx: Tx, ticketId: string, request: ForwardRequest): Promise<void> {
    const own = this.mailboxes.ownAddresses();
    const participants = await this.desk.records.participants.ofTicket(tx, ticketId);
    for (const field of ['to', 'cc'] as const) {
      const mine = ownAmong(request[field], own);
      const customers = request[field].findIndex((one) =>
        participants.some(
          (who) => who.role !== 'outsider' && who.address === sameAddress(one.address),
        ),
      );
      const at = mine >= 0 ? mine : customers;
      if (at < 0) continue;
      throw new AppError('validation_failed', {
        fields: [
          {
            path: `${field}[${at}]`,
            reason:
              mine >= 0
                ? 'is one of our own addresses'
                : 'takes part in the conversation: use replies',
          },
        ],
      });
    }
  }

  private async sideConversation(
    tx: Tx,
    ticketId: string,
    wanted: string | null,
  ): Promise<string | null> {
    if (wanted === null) return null;
    const first = await this.desk.records.messages.onTicket(tx, ticketId, wanted);
    if (first?.details['sideConversation'] !== first?.id || first === null) {
      throw new AppError('validation_failed', {
        fields: [{ path: 'sideConversation', reason: 'does not begin a side conversation here' }],
      });
    }
    return first.id;
  }
}
