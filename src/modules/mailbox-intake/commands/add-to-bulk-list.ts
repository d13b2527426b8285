import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/index.js';
import { Tickets, type CustomerMessage } from '../../tickets/index.js';
import type { Plan } from '../domain/decision.js';
import { BulkListStore } from '../store/bulk-list.store.js';

const BULK_LIST_MARK = 'lista_automatica';

/**
 * Puts a message on its mailbox's list of automatic mail of the day (D21): one ticket without clock or acknowledgement,
 * opened with the day's first message; a new one where the list was resolved meanwhile.
 */
@Injectable()
export class AddToBulkList {
  constructor(
    private readonly tickets: Tickets,
    private readonly lists: BulkListStore,
  ) {}

  async run(
    tx: Tx,
    mailboxKey: string,
    message: CustomerMessage,
    plan: Extract<Plan, { kind: 'bulk_list' }>,
  ): Promise<string> {
    const known = await this.lists.openList(tx, mailboxKey, plan.day);
    const ticketId = known ?? (await this.open(tx, mailboxKey, message, plan));
    await this.tickets.addMachineMessage(tx, { ticketId, message, what: 'listed' });
    return ticketId;
  }

  private async open(
    tx: Tx,
    mailboxKey: string,
    message: CustomerMessage,
    { day, queueKey }: Extract<Plan, { kind: 'bulk_list' }>,
  ): Promise<string> {
    const { ticketId } = await this.tickets.open(tx, {
      message: listMessage(message, day),
      channel: 'email',
      mailboxKey,
      queueKey,
      reason: { key: null, decidedBy: 'none', confidence: 0, evidence: { bulkList: day } },
      lane: 'automatic',
      marks: [BULK_LIST_MARK],
      fromPerson: false,
      acknowledge: { no: 'bulk list of automatic mail' },
      followUpOf: null,
      twins: [],
    });
    await this.lists.add(tx, mailboxKey, day, ticketId);
    return ticketId;
  }
}

/** What the list's ticket begins with: nobody's message. */
function listMessage(first: CustomerMessage, day: string): CustomerMessage {
  const inWords = day.split('-').toReversed().join('/');
  const text = `Mensagens automáticas recebidas em ${inWords}, que não respondem a nada nosso.`;
  return {
    ...first,
    intakeId: null,
    from: { address: null, name: 'Mensagens automáticas' },
    replyTo: null,
    to: [],
    cc: [],
    subject: `Mensagens automáticas de ${inWords}`,
    text,
    html: null,
    visibleText: text,
    messageId: null,
    references: [],
    attachments: [],
  };
}
