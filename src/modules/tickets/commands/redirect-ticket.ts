import { Injectable } from '@nestjs/common';
import { proposalIn } from '../../contact-reasons/index.js';
import type { AccessScope } from '../../queues/index.js';
import { CurrentConfig } from '../../../config/index.js';
import { AppError, Clock, Database, type Tx } from '../../../platform/index.js';
import { checkVersion, type ExpectedVersion } from '../../../platform/http/index.js';
import type { MailAddress } from '../domain/addresses.js';
import { redirects } from '../domain/redirect.js';
import { agentActor } from '../store/history.store.js';
import type { TicketRow } from '../store/ticket.store.js';
import { CorrectReason } from './correct-reason.js';
import { assertAnswerable } from './reply-to-ticket.js';
import { WritingDesk } from './writing-desk.js';

export interface RedirectionRequest {
  /** A redirecting reason; default: the ticket's, else the one that was proposed. */
  readonly reason?: string;
  readonly expected: ExpectedVersion;
}

/** Takes up the proposal of D5 by hand: the customer is pointed to another channel by template. */
@Injectable()
export class RedirectTicket {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: CurrentConfig,
    private readonly desk: WritingDesk,
    private readonly reasons: CorrectReason,
  ) {}

  /**
   * Writes the mail as an agent's answer with its outbox row; when SMTP accepts it, the return clock is met and the
   * ticket closes as `out_of_scope` (D5, D19). The reason becomes the agent's word, the queue stays. AppErrors:
   * `not_found`; `stale_version`/`precondition_failed`; `invalid_transition` on a resolved ticket; `conflict` for a
   * suspect or where no mailbox can send; `validation_failed` naming `reason` (none, or not a redirecting one) or `to`
   * (nobody to write to).
   */
  run(
    scope: AccessScope,
    protocol: string,
    request: RedirectionRequest,
  ): Promise<{ ticketId: string; messageId: string }> {
    return this.database.inTransaction(async (tx) => {
      const now = this.clock.now();
      const ticket = await this.desk.access.toChange(tx, scope, protocol);
      checkVersion(ticket.version, request.expected);
      assertAnswerable(ticket);
      const { key, label, redirectText } = this.target(ticket, request.reason);
      const to = await this.requester(tx, ticket);
      const content = await this.desk.mail.redirection(ticket, to.name === '' ? null : to.name, {
        label,
        redirectText,
      });
      const references = await this.desk.records.messages.references(tx, ticket.id, null);
      const body = { text: content.text, html: content.html };
      const { messageId, agentName } = await this.desk.write(tx, scope, ticket.id, {
        kind: 'reply',
        subject: content.subject,
        body,
        to: [to],
        thenStatus: 'resolved',
        details: { what: 'wrong_channel', closeReason: 'out_of_scope' },
        attachmentIds: [],
        now,
      });
      const corrected = await this.reasons.run(tx, scope, ticket, key, now);
      ticket.marks = ticket.marks.filter((mark) => !mark.startsWith('propor_redirecionamento:'));
      const mail = { ticket, messageId, agentName, ...body, to: [to], cc: [] };
      await this.desk.mail.redirect(tx, { ...mail, references, attachments: [], now }, content);
      await this.desk.records.tickets.save(tx, ticket);
      await this.desk.records.history.append(tx, ticket.id, now, agentActor(scope.actor.agentId), [
        ...corrected,
        { action: 'redirected', after: { messageId, reason: key, then: 'resolved' } },
      ]);
      return { ticketId: ticket.id, messageId };
    });
  }

  private target(
    ticket: TicketRow,
    wanted: string | undefined,
  ): { key: string; label: string; redirectText: string } {
    const config = this.config.get();
    const proposed = proposalIn({ evidence: ticket.reasonEvidence })?.key;
    const key =
      wanted ??
      [ticket.reasonKey, proposed].find((one) => one != null && redirects({ key: one }, config));
    const reason = key == null ? undefined : config.reasons[key];
    if (key == null || reason === undefined || reason.retired || !redirects({ key }, config)) {
      throw new AppError('validation_failed', {
        detail: 'Informe um motivo que seja atendido em outro canal.',
        detailEn: 'Name a reason whose action is redirect.',
        fields: [{ path: 'reason', reason: 'must be a redirecting reason in use' }],
      });
    }
    return { key, label: reason.label, redirectText: reason.redirectText! };
  }

  private async requester(tx: Tx, ticket: TicketRow): Promise<MailAddress> {
    const address = ticket.replyToAddress ?? ticket.requesterAddress;
    if (address === null) {
      throw new AppError('validation_failed', {
        detail: 'Este chamado não tem endereço para resposta.',
        detailEn: 'This ticket has no address to answer to.',
        fields: [{ path: 'to', reason: 'the ticket has no requester address' }],
      });
    }
    const people = await this.desk.records.participants.ofTicket(tx, ticket.id);
    return { address, name: people.find(({ role }) => role === 'requester')?.name ?? '' };
  }
}
