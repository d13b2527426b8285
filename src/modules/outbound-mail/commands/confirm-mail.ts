import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import { AppError, Clock, Database, EventBus, type Tx } from '../../../platform/index.js';
import { checkVersion, type ExpectedVersion } from '../../../platform/http/index.js';
import { wantsSentCopy } from '../../mailboxes/index.js';
import { takenByServer, type Evidence } from '../domain/unknown-fate.js';
import { outboundSent } from '../events.js';
import { OutboxStore, type LockedMail } from '../store/outbox.store.js';
import { UnknownMailStore } from '../store/unknown-mail.store.js';
import { lockVisible, recordAction, SYSTEM_ACTOR, type MailActor } from './retry-mail.js';

/** Why a mail of unknown fate counts as sent. */
export type Confirmation =
  /** An agent knows it, from the customer for example. */
  | { readonly by: 'person'; readonly actor: MailActor }
  | { readonly by: 'evidence'; readonly evidence: Evidence }
  /** `outbox.unknown: assume_sent`. */
  | { readonly by: 'rule'; readonly details: Readonly<Record<string, unknown>> };

/**
 * A mail of unknown fate counts as sent: as of its last attempt (D19), so that an answer which had left in time is met.
 * Recorded with the evidence, and told to the ticket.
 */
@Injectable()
export class ConfirmMail {
  constructor(
    private readonly database: Database,
    private readonly store: OutboxStore,
    private readonly unknown: UnknownMailStore,
    private readonly bus: EventBus,
    private readonly clock: Clock,
    private readonly config: CurrentConfig,
  ) {}

  /** A person's word. AppError `not_found`, `stale_version`/`precondition_failed`, `invalid_transition`. */
  async run(id: string, actor: MailActor, expected: ExpectedVersion): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      const mail = await lockVisible(this.store, tx, id, actor);
      checkVersion(mail.version, expected);
      if (mail.state !== 'unknown') {
        throw new AppError('invalid_transition', {
          detail: 'Só um e-mail de envio incerto pode ser confirmado.',
          detailEn: 'Only a mail of unknown fate can be confirmed',
        });
      }
      await this.settle(tx, mail, { by: 'person', actor });
    });
  }

  /** The row is locked and `unknown`. */
  async settle(tx: Tx, mail: LockedMail, confirmation: Confirmation): Promise<void> {
    const now = this.clock.now();
    const filedAt = confirmation.by === 'evidence' ? confirmation.evidence.at : null;
    const acceptedAt = (await this.unknown.lastAttempt(tx, mail.id)) ?? filedAt ?? now;
    const reason = REASONS[confirmation.by];
    const taken = takenByServer(mail, acceptedAt, reason);
    await this.unknown.settle(tx, mail.id, {
      recipients: taken.recipients,
      state: taken.primaryLost ? 'failed' : 'sent',
      stateReason: reason,
      acceptedAt,
      copy: this.copyOf(mail, confirmation),
    });
    await recordAction(this.store, this.bus, tx, mail, actorOf(confirmation), {
      action: confirmation.by === 'rule' ? 'assumed_sent' : 'confirmed',
      details: {
        stateBefore: mail.state,
        acceptedAt: acceptedAt.toISOString(),
        ...detailsOf(confirmation),
      },
      now,
    });
    if (mail.ticketId === null || !taken.primaryAccepted) return;
    await this.bus.publish(tx, outboundSent, {
      outboxId: mail.id,
      kind: mail.kind,
      ticketId: mail.ticketId,
      ticketMessageId: mail.ticketMessageId,
      acceptedAt: acceptedAt.toISOString(),
    });
  }

  private copyOf(mail: LockedMail, confirmation: Confirmation): 'pending' | 'found' | null {
    const mailbox = this.config.get().mailboxes[mail.mailboxKey];
    if (mailbox === undefined || !wantsSentCopy(mailbox, mail)) return null;
    const there = confirmation.by === 'evidence' && confirmation.evidence.by === 'sent_folder';
    return there ? 'found' : 'pending';
  }
}

/** Read by agents, as the reason of the state and as what became of each recipient. */
const REASONS = {
  person: 'Envio confirmado por uma pessoa.',
  evidence: 'Há prova de que a mensagem saiu.',
  rule: 'Considerada enviada pela regra configurada (outbox.unknown: assume_sent).',
} as const;

function actorOf(confirmation: Confirmation): MailActor {
  return confirmation.by === 'person' ? confirmation.actor : SYSTEM_ACTOR;
}

function detailsOf(confirmation: Confirmation): Readonly<Record<string, unknown>> {
  switch (confirmation.by) {
    case 'person':
      return {};
    case 'evidence':
      return { evidence: confirmation.evidence.by, intakeId: confirmation.evidence.intakeId };
    default:
      return { rule: 'assume_sent', ...confirmation.details };
  }
}
