import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/index.js';
import type { StagedBlob } from '../../files/index.js';
import { Outbound } from '../../outbound-mail/index.js';
import { Tickets, type CustomerMessage } from '../../tickets/index.js';
import type { Decision } from '../domain/decide.js';
import type { Disposition, Findings, Plan } from '../domain/decision.js';
import type { EarlierCopy } from '../domain/message-context.js';
import { dispositionOfPlan } from '../domain/planned-disposition.js';
import type { ParsedMail } from '../domain/parsed-mail.js';
import type { IntakeWork } from '../store/intake-work.store.js';

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
      case 'own_copy':
        await this.learnAlias(tx, plan.messageId, mail);
        return at('own', null);
      case 'outside':
        await this.tickets.addOutsideAnswer(tx, {
          ticketId: plan.ticketId,
          // Its author is who wrote it, whatever the sender filter made of an address of ours.
          message: customerMessage(work, mail, { sender: writtenBy(mail) }),
        });
        return at('ticket_reply', plan.ticketId);
      case 'join':
        await this.tickets.addCustomerMessage(tx, {
          ticketId: plan.ticketId,
          message,
          reopen: plan.reopen,
        });
        return at('ticket_reply', plan.ticketId);
      case 'courtesy':
        await this.tickets.addCourtesy(tx, { ticketId: plan.ticketId, message });
        return at('courtesy', plan.ticketId);
      case 'third_party':
        await this.tickets.addThirdParty(tx, { ticketId: plan.ticketId, message, why: plan.why });
        return at('third_party_pending', plan.ticketId);
      case 'machine':
        await this.tickets.addMachineMessage(tx, {
          ticketId: plan.ticketId,
          message,
          what: plan.what,
        });
        return at(plan.what, plan.ticketId);
      case 'bounce':
        await this.tickets.addMachineMessage(tx, {
          ticketId: plan.ticketId,
          message,
          what: 'bounce',
        });
        await this.outbound.bounced(tx, {
          messageId: plan.messageId,
          recipients: plan.recipients,
          hard: plan.hard,
          reason: plan.reason,
          at: work.receivedAt,
        });
        return at('bounce', plan.ticketId);
      case 'follow_up':
      case 'open':
        return this.open(tx, work, message, plan);
    }
  }

  /** Our own mail as the relay filed it: its id is ours from now on (D26). */
  private async learnAlias(
    tx: Tx,
    messageId: string,
    { messageId: alias }: ParsedMail,
  ): Promise<void> {
    if (alias !== null)
      await this.outbound.learnAlias(tx, { alias, messageId, source: 'sent_folder' });
  }

  private async open(
    tx: Tx,
    work: IntakeWork,
    message: CustomerMessage,
    plan: Extract<Plan, { kind: 'open' | 'follow_up' }>,
  ): Promise<Acted> {
    const { ticket } = plan;
    const { twins } = plan;
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
  const { from, replyTo } = findings.sender;
  return {
    intakeId: work.id,
    from: { address: from?.address ?? null, name: from?.name ?? mail.from?.name ?? '' },
    replyTo,
    to: mail.to,
    cc: mail.cc,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    visibleText: mail.visibleText,
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
}
