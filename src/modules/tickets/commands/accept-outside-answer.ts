import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import type { Tx } from '../../../platform/index.js';
import { sameAddress } from '../domain/addresses.js';
import { agentActor, SYSTEM, type HistoryEntry } from '../store/history.store.js';
import type { MessageRow } from '../store/message.store.js';
import { TicketRecords } from '../store/ticket-records.js';
import type { TicketRow } from '../store/ticket.store.js';
import { ApplyAnswer } from './apply-answer.js';
import { MoveStatus } from './move-status.js';

/** Mail from an agent's address whose sender was not proven (D24), and an agent now says that it was one of us. */
@Injectable()
export class AcceptOutsideAnswer {
  constructor(
    private readonly config: CurrentConfig,
    private readonly records: TicketRecords,
    private readonly answers: ApplyAnswer,
    private readonly statuses: MoveStatus,
  ) {}

  /**
   * It becomes what it would have been with proof: a reply where the requester is a recipient, else a note; the address
   * itself gets no rights. null where the author is no agent's address.
   */
  async run(
    tx: Tx,
    ticket: TicketRow,
    message: MessageRow,
    now: Date,
  ): Promise<HistoryEntry[] | null> {
    const author = message.authorAddress === null ? null : sameAddress(message.authorAddress);
    if (author === null || !this.config.get().company.agentAddresses.includes(author)) return null;
    const requester = await this.records.participants.requesterAddresses(tx, ticket.id);
    const answers = [...message.to, ...message.cc].some((one) =>
      requester.includes(sameAddress(one.address)),
    );
    const agentId = await this.records.participants.agentByEmail(tx, author);
    await this.records.messages.acceptAsOutside(tx, message.id, {
      kind: answers ? 'reply' : 'note',
      agentId,
    });
    await this.statuses.endClockOf(tx, ticket, message.id, { at: now, why: 'agent_mail_accepted' });
    if (answers && ticket.status !== 'resolved') {
      await this.answers.run(tx, ticket, {
        messageId: message.id,
        thenStatus: 'awaiting_customer',
        acceptedAt: message.receivedAt ?? message.createdAt,
        actor: agentId === null ? SYSTEM : agentActor(agentId),
      });
    }
    const action = answers ? 'answered_outside' : 'noted_outside';
    return [{ action, after: { messageId: message.id, accepted: true } }];
  }
}
