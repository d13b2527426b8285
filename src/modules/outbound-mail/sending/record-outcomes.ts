import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import { createLogger, Database, EventBus, type Tx } from '../../../platform/index.js';
import { wantsSentCopy, type SendOutcome } from '../../mailboxes/index.js';
import { COPY_AFTER_MS } from '../domain/back-off.js';
import { aliasInResponse } from '../domain/response-alias.js';
import { settleAttempt, type Settlement } from '../domain/settle-attempt.js';
import { outboundFailed, outboundSent, SENT_NEWS } from '../events.js';
import { OutboxStore } from '../store/outbox.store.js';
import { SendingStore, type ClaimedMail } from '../store/sending.store.js';

/** One conversation that is over. */
export interface FinishedSend {
  readonly mail: ClaimedMail;
  readonly outcome: SendOutcome;
  /** The server that was spoken to: some name a mail by it. */
  readonly smtpHost: string;
  readonly begunAt: Date;
  readonly endedAt: Date;
}

const log = createLogger('outbound-mail');

/** Writes down what became of attempts, and tells the tickets, in one transaction. */
@Injectable()
export class RecordOutcomes {
  constructor(
    private readonly database: Database,
    private readonly sending: SendingStore,
    private readonly outbox: OutboxStore,
    private readonly bus: EventBus,
    private readonly config: CurrentConfig,
  ) {}

  /** Records in `tx`; returns those whose rows are no longer ours (swept as dead, or taken up by a person). */
  async inTransaction(
    tx: Tx,
    finished: readonly FinishedSend[],
    owner: string,
    now: Date,
  ): Promise<FinishedSend[]> {
    if (finished.length === 0) return [];
    const settled = finished.map((send) => ({ send, settlement: settle(send) }));
    const rows = settled.map(({ send, settlement }) => ({
      id: send.mail.id,
      attempt: send.mail.attempt,
      settlement,
      copyDueAt: this.copyDueAt(send, now),
    }));
    const recorded = await this.sending.record(tx, rows, owner, now);
    for (const { send, settlement } of settled) {
      if (recorded.has(send.mail.id)) await this.tell(tx, send, settlement);
    }
    return finished.filter((send) => !recorded.has(send.mail.id));
  }

  /** One line for every attempt whose record is committed: ids and codes only. */
  log(mailbox: string, finished: readonly FinishedSend[]): void {
    for (const send of finished) {
      const { state, attempt } = settle(send);
      const { id: outboxId, kind, ticketId } = send.mail;
      const ms = send.endedAt.getTime() - send.begunAt.getTime();
      const about = { outboxId, mailbox, kind, ticketId, state, outcome: attempt.outcome, ms };
      log.info(
        { correlationId: `outbox-${outboxId}`, ...about, code: attempt.code },
        'mail attempted',
      );
    }
  }

  /** Outcomes that came too late: that a server took the mail is still written down; never leads to a second send. */
  async late(finished: readonly FinishedSend[], now: Date): Promise<void> {
    for (const send of finished) {
      const known = send.outcome.kind === 'accepted' && (await this.acceptedLate(send, now));
      log.warn({ outboxId: send.mail.id, outcome: send.outcome.kind, known }, 'outcome came late');
    }
  }

  private acceptedLate(send: FinishedSend, now: Date): Promise<boolean> {
    return this.database.inTransaction(async (tx) => {
      const settlement = settle(send);
      const { id, attempt } = send.mail;
      const copyDueAt = this.copyDueAt(send, now);
      const known = await this.sending.recordLate(tx, { id, attempt, settlement, copyDueAt }, now);
      if (known) await this.tell(tx, send, settlement);
      return known;
    });
  }

  private copyDueAt({ mail }: FinishedSend, now: Date): Date | null {
    const mailbox = this.config.get().mailboxes[mail.mailboxKey];
    const wanted = mailbox !== undefined && wantsSentCopy(mailbox, mail);
    return wanted ? new Date(now.getTime() + COPY_AFTER_MS) : null;
  }

  private async tell(
    tx: Tx,
    { mail, outcome, smtpHost, endedAt }: FinishedSend,
    settlement: Settlement,
  ): Promise<void> {
    if (settlement.accepted) {
      const alias = aliasInResponse(outcome.response, mail.messageId, smtpHost);
      if (alias !== null) {
        const { messageId } = mail;
        await this.outbox.addAlias(tx, { alias, messageId, source: 'smtp_response', at: endedAt });
      }
    }
    if (mail.ticketId === null) return;
    const about = {
      outboxId: mail.id,
      kind: mail.kind,
      ticketId: mail.ticketId,
      ticketMessageId: mail.ticketMessageId,
    };
    if (settlement.primaryAccepted && (mail.again || SENT_NEWS.has(mail.kind))) {
      await this.bus.publish(tx, outboundSent, { ...about, acceptedAt: endedAt.toISOString() });
    }
    if (settlement.failure !== null) {
      const { state, reason } = settlement.failure;
      await this.bus.publish(tx, outboundFailed, {
        ...about,
        state,
        reason,
        at: endedAt.toISOString(),
      });
    }
  }
}

function settle({ mail, outcome, endedAt }: FinishedSend): Settlement {
  return settleAttempt(mail, outcome, endedAt);
}
