import { Injectable } from '@nestjs/common';
import { Clock, type Tx } from '../../../platform/index.js';
import type { StagedBlob } from '../../files/index.js';
import { Outbound } from '../../outbound-mail/index.js';
import { Tickets, type CustomerMessage } from '../../tickets/index.js';
import type { Decision } from '../domain/decide.js';
import type { Disposition, Findings, Plan, TicketPlan } from '../domain/decision.js';
import type { EarlierCopy } from '../domain/message-context.js';
import { AddToBulkList } from './add-to-bulk-list.js';
import { dispositionOfPlan } from '../domain/planned-disposition.js';
import type { ParsedMail } from '../domain/parsed-mail.js';
import { CanaryStore } from '../store/canary.store.js';
import type { IntakeWork } from '../store/intake-work.store.js';
import { forwardedRequest, forwardersNote } from './forwarded-request.js';

/** A machine seems to send our words back, or the same words again and again: automatic mail to it is held. */
const LOOP_MARK = 'possivel_laco';

/** What became of the message. */
export interface Acted {
  readonly disposition: Disposition;
  readonly ticketId: string | null;
  /** The ticket with its twins, for later copies of the same batch. */
  readonly tickets: EarlierCopy['tickets'];
}

/** Carries out a decision through the doors of the modules below, all in the caller's transaction. */
@Injectable()
export class ActOnDecision {
  constructor(
    private readonly tickets: Tickets,
    private readonly outbound: Outbound,
    private readonly bulkList: AddToBulkList,
    private readonly canaries: CanaryStore,
    private readonly clock: Clock,
  ) {}

  async run(
    tx: Tx,
    work: IntakeWork,
    mail: ParsedMail<StagedBlob>,
    { plan, findings }: Decision,
  ): Promise<Acted> {
    const message = customerMessage(work, mail, findings);
    switch (plan.kind) {
      case 'record':
        return at(plan.disposition, plan.ticketId);
      case 'canary':
        return this.probeIsBack(tx, plan.canaryId, work.id);
      case 'own_copy':
        return this.learnAlias(tx, plan.messageId, mail);
      case 'outside':
        await this.tickets.addOutsideAnswer(tx, {
          ticketId: plan.ticketId,
          // Its author is who wrote it, whatever the sender filter made of an address of ours.
          message: customerMessage(work, mail, { sender: writtenBy(mail) }),
        });
        return at('ticket_reply', plan.ticketId);
      case 'join': {
        const { ticketId, reopen } = plan;
        await this.tickets.addCustomerMessage(tx, { ticketId, message, reopen });
        return at('ticket_reply', ticketId);
      }
      case 'courtesy':
        await this.tickets.addCourtesy(tx, { ticketId: plan.ticketId, message });
        return at('courtesy', plan.ticketId);
      case 'feedback':
        await this.tickets.addScore(tx, { ticketId: plan.ticketId, message, score: plan.score });
        return at('feedback', plan.ticketId);
      case 'third_party':
        await this.tickets.addThirdParty(tx, { ticketId: plan.ticketId, message, why: plan.why });
        return at('third_party_pending', plan.ticketId);
      case 'machine':
        await this.tickets.addMachineMessage(tx, {
          ticketId: plan.ticketId,
          message,
          what: plan.what,
          meaning: plan.meaning,
          mark: plan.mark,
        });
        return at(plan.what, plan.ticketId);
      case 'bounce':
        return this.bounced(tx, work, message, plan);
      case 'bulk_list':
        return at('bulk_list', await this.bulkList.run(tx, work.mailboxKey, message, plan));
      case 'follow_up':
      case 'open':
        return this.opened(tx, work, { mail, findings }, plan);
    }
  }

  private async bounced(
    tx: Tx,
    work: IntakeWork,
    message: CustomerMessage,
    plan: Extract<Plan, { kind: 'bounce' }>,
  ): Promise<Acted> {
    const { ticketId, reason: meaning } = plan;
    const machine = { ticketId, message, what: 'bounce', meaning, mark: null } as const;
    await this.tickets.addMachineMessage(tx, machine);
    await this.markReturned(tx, work, plan);
    return at('bounce', ticketId);
  }

  /** Our mail's row says that it came back, and its ticket is told; also for a report that a replay could read at last. */
  async markReturned(
    tx: Tx,
    work: Pick<IntakeWork, 'id' | 'receivedAt'>,
    plan: Extract<Plan, { kind: 'bounce' }>,
  ): Promise<void> {
    const { messageId, recipients, hard, reason } = plan;
    const report = { intakeId: work.id, at: work.receivedAt };
    await this.outbound.bounced(tx, { ...report, messageId, recipients, hard, reason });
  }

  /** Our own mail as the relay filed it: its id is ours from now on (D26). */
  private async learnAlias(
    tx: Tx,
    messageId: string,
    { messageId: alias }: ParsedMail,
  ): Promise<Acted> {
    if (alias !== null)
      await this.outbound.learnAlias(tx, { alias, messageId, source: 'sent_folder' });
    return at('own', null);
  }

  private async probeIsBack(tx: Tx, canaryId: string, intakeId: string): Promise<Acted> {
    await this.canaries.recognised(tx, canaryId, intakeId, this.clock.now());
    return at('canary', null);
  }

  /** What an agent wrote above a mail that she forwards is hers, not the customer's: a note (D24). */
  private async opened(
    tx: Tx,
    work: IntakeWork,
    { mail, findings }: { mail: ParsedMail<StagedBlob>; findings: Findings },
    plan: Extract<Plan, { kind: 'open' | 'follow_up' }>,
  ): Promise<Acted> {
    const acted = await this.open(tx, work, customerMessage(work, mail, findings), plan);
    const written = customerMessage(work, mail, { sender: writtenBy(mail) });
    const note = findings.sender.why === 'forwarded' ? forwardersNote(written, mail) : null;
    if (note !== null && acted.ticketId !== null)
      await this.tickets.addOutsideAnswer(tx, { ticketId: acted.ticketId, message: note });
    return acted;
  }

  private async open(
    tx: Tx,
    work: IntakeWork,
    message: CustomerMessage,
    plan: Extract<Plan, { kind: 'open' | 'follow_up' }>,
  ): Promise<Acted> {
    const { twins } = plan;
    const ticket = await this.unlessLooping(tx, work, message, plan.ticket);
    const opened = await this.tickets.open(tx, {
      message,
      channel: 'email',
      mailboxKey: work.mailboxKey,
      queueKey: ticket.queueKey,
      reason: ticket.reason,
      lane: ticket.lane,
      marks: ticket.marks,
      fromPerson: ticket.fromPerson,
      acknowledge: ticket.acknowledge,
      followUpOf: plan.kind === 'follow_up' ? plan.of : null,
      twins,
      twinOf: plan.kind === 'open' ? plan.twinOf : null,
    });
    const own = {
      ticketId: opened.ticketId,
      queueKey: ticket.queueKey,
      mailboxKey: work.mailboxKey,
    };
    return {
      disposition: dispositionOfPlan(plan),
      ticketId: opened.ticketId,
      tickets: [
        own,
        ...opened.twinTicketIds.flatMap((ticketId, index) => {
          const twin = twins[index];
          return twin === undefined
            ? []
            : [{ ticketId, queueKey: twin.queueKey, mailboxKey: twin.mailboxKey }];
        }),
      ],
    };
  }

  /** The loop breaker hears what would be answered by machine; where a machine seems to speak, nothing answers (D21). */
  private async unlessLooping(
    tx: Tx,
    work: IntakeWork,
    message: CustomerMessage,
    ticket: TicketPlan,
  ): Promise<TicketPlan> {
    const correspondent = message.replyTo ?? message.from.address;
    if (ticket.acknowledge !== true || correspondent === null) return ticket;
    const { mailboxKey } = work;
    const { text, visibleText } = message;
    const heard = { mailboxKey, correspondent, text, visibleText };
    const why = await this.outbound.heard(tx, heard);
    if (why === null) return ticket;
    return {
      ...ticket,
      acknowledge: { no: `loop breaker: ${why}` },
      marks: [...ticket.marks, LOOP_MARK],
    };
  }
}

function at(disposition: Disposition, ticketId: string | null): Acted {
  return { disposition, ticketId, tickets: [] };
}

function writtenBy(mail: ParsedMail): Findings['sender'] {
  return { from: mail.from, replyTo: null, why: 'from' };
}

/** The message as tickets know it: asked by whom the sender filter found, answers to where it said (D26). */
export function customerMessage(
  work: IntakeWork,
  mail: ParsedMail<StagedBlob>,
  findings: Pick<Findings, 'sender'>,
): CustomerMessage {
  const { from, replyTo, why } = findings.sender;
  const message: CustomerMessage = {
    intakeId: work.id,
    from: { address: from?.address ?? null, name: from?.name ?? mail.from?.name ?? '' },
    replyTo,
    to: mail.to,
    cc: mail.cc,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    visibleText: mail.visibleText,
    spans: mail.spans.some(({ kind }) => kind !== 'new') ? mail.spans : null,
    messageId: mail.messageId,
    references: [...new Set([...mail.references, ...mail.inReplyTo])],
    attachments: mail.attachments.map(({ blob, filename, mediaType, contentId, inline }) => ({
      filename,
      mediaType,
      contentId,
      inline,
      sizeBytes: blob.sizeBytes,
      sha256: Buffer.from(blob.sha256),
    })),
    receivedAt: work.receivedAt,
  };
  return why === 'forwarded' ? forwardedRequest(message, mail) : message;
}
