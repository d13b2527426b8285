import { Injectable } from '@nestjs/common';
import { Outbound, type NewOutgoingMail, sendingMailbox } from '../../outbound-mail/index.js';
import { Requesters } from '../../requesters/index.js';
import { Templates, type RenderedMail } from '../../templates/index.js';
import { CurrentConfig } from '../../../config/index.js';
import { AppError, SignedLinks, type Tx } from '../../../platform/index.js';
import { nameForAutomaticMail, type MailAddress } from '../domain/addresses.js';
import { isForRequesterAlone } from '../domain/answers-requester.js';
import type { TicketStatus } from '../domain/ticket-status.js';
import type { PickedAttachment } from '../store/attachment.store.js';
import type { TicketRow } from '../store/ticket.store.js';

/** A mail that a person wrote on a ticket. */
export interface WrittenMail {
  readonly ticket: TicketRow;
  readonly messageId: string;
  readonly agentName: string;
  readonly text: string;
  /** Sanitised; null where the agent wrote plain text. */
  readonly html: string | null;
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  /** Whose acceptance counts as the answer (D19); absent: the first of `to`. */
  readonly answers?: string;
  readonly references: readonly string[];
  readonly attachments: readonly PickedAttachment[];
  readonly now: Date;
}

/** Puts mail about a ticket into the outbox, with the identity of its queue (D20). */
@Injectable()
export class TicketMail {
  constructor(
    private readonly config: CurrentConfig,
    private readonly templates: Templates,
    private readonly outbound: Outbound,
    private readonly requesters: Requesters,
    private readonly links: SignedLinks,
  ) {}

  /** The mailbox that would send; AppError `conflict` where none can: nothing configured, or it only observes. */
  sender(ticket: Pick<TicketRow, 'mailboxKey' | 'queueKey'>): string {
    const config = this.config.get();
    const key = sendingMailbox(ticket, config);
    if (key === null) {
      throw new AppError('conflict', {
        detail: 'Não há caixa de e-mail configurada para enviar por este chamado.',
        detailEn: 'No mailbox is configured that could send for this ticket.',
      });
    }
    if (config.mailboxes[key]!.mode === 'observe') {
      throw new AppError('conflict', {
        detail: 'Esta caixa está em modo de observação: nada é enviado por ela.',
        detailEn: 'This mailbox is in observe mode: nothing is sent from it.',
      });
    }
    return key;
  }

  /** An answer to the customer; the resolving one itself asks for feedback (D12). */
  async reply(tx: Tx, mail: WrittenMail, then: TicketStatus): Promise<void> {
    const { ticket } = mail;
    const mailboxKey = this.sender(ticket);
    const data = this.answerData(mail, mailboxKey);
    if (then !== 'resolved') {
      await this.enqueue(tx, mail, mailboxKey, 'reply', await this.templates.render('reply', data));
      return;
    }
    // The links let whoever has them speak for the requester.
    const feedback = isForRequesterAlone(ticket, mail.to, mail.cc)
      ? await this.feedbackLinks(tx, ticket, mail.now)
      : null;
    const content = await this.templates.render('resolved', { ...data, ...feedback });
    await this.enqueue(tx, mail, mailboxKey, 'resolved', content, feedback?.unsubscribeUrl);
  }

  /** D5: the text that points the customer to another channel. */
  redirection(
    ticket: Pick<TicketRow, 'id'>,
    requesterName: string | null,
    reason: { readonly label: string; readonly redirectText: string },
  ): Promise<RenderedMail> {
    return this.templates.render('wrong-channel', {
      requesterName,
      protocol: ticket.id,
      reasonLabel: reason.label,
      redirectText: reason.redirectText,
    });
  }

  /** D5: an agent points the customer to another channel by that text. */
  async redirect(tx: Tx, mail: WrittenMail, content: RenderedMail): Promise<void> {
    await this.enqueue(tx, mail, this.sender(mail.ticket), 'wrong_channel', content);
  }

  /** A mail to an outsider: a side conversation, not an answer to the customer. */
  async forward(tx: Tx, mail: WrittenMail): Promise<void> {
    const mailboxKey = this.sender(mail.ticket);
    const content = await this.templates.render('reply', this.answerData(mail, mailboxKey));
    await this.enqueue(tx, mail, mailboxKey, 'forward', content);
  }

  /**
   * D11: the customer is told by template, with the date. Null, and nothing sent, where no automatic mail may go
   * (D21, D23, D26) or the mailbox only observes.
   */
  async escalationNotice(
    tx: Tx,
    notice: {
      ticket: TicketRow;
      requesterName: string;
      targetQueue: string;
      promisedDate: string;
      references: readonly string[];
      now: Date;
      record: (content: RenderedMail, to: readonly MailAddress[]) => Promise<string>;
    },
  ): Promise<string | null> {
    const { ticket } = notice;
    const config = this.config.get();
    const mailboxKey = sendingMailbox(ticket, config);
    if (mailboxKey === null || config.mailboxes[mailboxKey]!.mode === 'observe') return null;
    if (!automaticMailAllowed(ticket)) return null;
    const content = await this.templates.render('escalation', {
      requesterName: notice.requesterName,
      protocol: ticket.id,
      targetName: teamName(config.queues[notice.targetQueue]?.name ?? notice.targetQueue),
      promisedDate: notice.promisedDate,
    });
    const to = [
      { address: ticket.replyToAddress!, name: nameForAutomaticMail(notice.requesterName) },
    ];
    const messageId = await notice.record(content, to);
    await this.outbound.enqueue(tx, {
      mailboxKey,
      kind: 'escalation',
      automatic: true,
      ticketId: ticket.id,
      ticketMessageId: messageId,
      dedupeKey: `escalation:${messageId}`,
      to,
      cc: [],
      content,
      references: notice.references,
      attachments: [],
      now: notice.now,
    });
    return messageId;
  }

  private answerData(mail: WrittenMail, mailboxKey: string) {
    return {
      protocol: mail.ticket.id,
      subject: mail.ticket.subject,
      isReply: mail.references.length > 0,
      body: mail.text,
      bodyHtml: mail.html,
      agentName: mail.agentName,
      signature: this.config.get().mailboxes[mailboxKey]!.identity.signature ?? null,
    };
  }

  /** Null where feedback is off, or the requester was asked within 30 days or wants no more such questions (D12). */
  private async feedbackLinks(
    tx: Tx,
    ticket: TicketRow,
    now: Date,
  ): Promise<{ feedbackUrl: string; unsubscribeUrl: string } | null> {
    const { automation, portal, http } = this.config.get();
    if (!automation.feedback || !portal.enabled || ticket.requesterId === null) return null;
    if (!(await this.requesters.markFeedbackAsked(tx, ticket.requesterId, now))) return null;
    const feedback = this.links.sign('feedback', ticket.id, portal.linkDays);
    const unsubscribe = this.links.sign('unsubscribe', ticket.requesterId, portal.linkDays);
    return {
      feedbackUrl: `${http.publicUrl}/portal/feedback/${feedback}`,
      unsubscribeUrl: `${http.publicUrl}/portal/unsubscribe/${unsubscribe}`,
    };
  }

  private async enqueue(
    tx: Tx,
    mail: WrittenMail,
    mailboxKey: string,
    kind: 'reply' | 'resolved' | 'forward' | 'wrong_channel',
    content: RenderedMail,
    listUnsubscribeUrl?: string,
  ): Promise<void> {
    const outgoing: NewOutgoingMail = {
      mailboxKey,
      kind,
      automatic: false,
      ticketId: mail.ticket.id,
      ticketMessageId: mail.messageId,
      dedupeKey: null,
      to: mail.to,
      cc: mail.cc,
      ...(mail.answers === undefined ? {} : { primaryRecipient: mail.answers }),
      content,
      references: mail.references,
      attachments: mail.attachments.map((one) => ({
        sha256: one.sha256,
        filename: one.filename,
        mediaType: one.mediaType,
        sizeBytes: Number(one.sizeBytes),
        contentId: null,
      })),
      ...(listUnsubscribeUrl === undefined ? {} : { listUnsubscribeUrl }),
      now: mail.now,
    };
    await this.outbound.enqueue(tx, outgoing);
  }
}

/** Put on a suspect whose DMARC had failed when it is released: whoever it was, no machine writes there (D23). */
export const DMARC_MARK = 'dmarc_falhou';

/** Marks of a ticket whose sender may be somebody else. */
export const UNPROVEN_MARKS: readonly string[] = ['endereco_nao_confirmado', DMARC_MARK];

/** Marks with which nothing automatic may leave to the requester (D23, D26, D27; an unconfirmed form: issue 2). */
const NO_AUTOMATIC_MAIL = ['reply_to_diferente', 'sem_remetente', ...UNPROVEN_MARKS];

export function automaticMailAllowed(
  ticket: Pick<TicketRow, 'lane' | 'replyToAddress' | 'marks'>,
): boolean {
  return (
    ticket.lane === 'inbox' &&
    ticket.replyToAddress !== null &&
    !ticket.marks.some((mark) => NO_AUTOMATIC_MAIL.includes(mark))
  );
}

/** "time de produto", as it reads after "direcionado ao " (D11). */
function teamName(queueName: string): string {
  return /^time\b/i.test(queueName)
    ? queueName.charAt(0).toLowerCase() + queueName.slice(1)
    : `time de ${queueName}`;
}
