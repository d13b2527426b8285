import { Injectable } from '@nestjs/common';
import { AppError, Clock, Database, EventBus, type Tx } from '../../../platform/index.js';
import { checkVersion, type ExpectedVersion } from '../../../platform/http/index.js';
import { Mailboxes } from '../../mailboxes/index.js';
import { GIVE_UP_AFTER_MS } from '../domain/back-off.js';
import { retryRecipients, type Correction, type Retried } from '../domain/correct-mail.js';
import { outboundChanged, type MailAction } from '../events.js';
import { OutboxStore, type LockedMail } from '../store/outbox.store.js';
import { RedirectWaitingMail } from './redirect-waiting-mail.js';

/** Who decides about a mail, and whose queues she may see; null: the operator at the console, who sees all. */
export interface MailActor {
  readonly agentId: string | null;
  readonly visibleQueues: readonly string[] | null;
  /** Nobody: evidence or the operator's rule. */
  readonly system?: true;
}

export const SYSTEM_ACTOR: MailActor = { agentId: null, visibleQueues: null, system: true };

/**
 * Sends a mail again by a person's decision, also one whose fate is unknown, perhaps to a corrected address. The
 * Message-ID stays, so that a recipient who has it already gets a recognisable second copy. Recorded, and told to the
 * ticket. AppError `not_found`, `stale_version`/`precondition_failed`, `invalid_transition`, `validation_failed`.
 */
@Injectable()
export class RetryMail {
  constructor(
    private readonly database: Database,
    private readonly store: OutboxStore,
    private readonly mailboxes: Mailboxes,
    private readonly bus: EventBus,
    private readonly waiting: RedirectWaitingMail,
    private readonly clock: Clock,
  ) {}

  async run(
    id: string,
    actor: MailActor,
    expected: ExpectedVersion,
    correction: Correction | null,
  ): Promise<void> {
    if (correction !== null && this.mailboxes.ownAddresses().includes(correction.recipient)) {
      throw invalidRecipient('is one of our own addresses (D26)');
    }
    await this.database.inTransaction(async (tx) => {
      const mail = await lockVisible(this.store, tx, id, actor);
      checkVersion(mail.version, expected);
      const again = accepted(retryRecipients(mail, correction));
      const now = this.clock.now();
      await this.store.requeue(tx, id, {
        ...again,
        now,
        giveUpAt: new Date(now.getTime() + GIVE_UP_AFTER_MS),
      });
      const action = correction === null ? 'retried' : 'corrected';
      const details = { stateBefore: mail.state, ...correction };
      await recordAction(this.store, this.bus, tx, mail, actor, { action, details, now });
      await this.waiting.waitsAgain(tx, mail);
    });
  }
}

/** The row, locked; `not_found` also for what lies in a queue that the actor may not see (D20). */
export async function lockVisible(
  store: OutboxStore,
  tx: Tx,
  id: string,
  actor: MailActor,
): Promise<LockedMail> {
  const mail = await store.lockById(tx, id);
  if (mail === null || actor.visibleQueues?.includes(mail.queueKey) === false) {
    throw new AppError('not_found', { context: { outboxId: id } });
  }
  return mail;
}

export async function recordAction(
  store: OutboxStore,
  bus: EventBus,
  tx: Tx,
  mail: LockedMail,
  actor: MailActor,
  what: {
    action: MailAction;
    details: Readonly<Record<string, unknown>>;
    now: Date;
  },
): Promise<void> {
  const kind = actor.system === true ? 'system' : actor.agentId === null ? 'operator' : 'agent';
  await store.recordAction(tx, {
    outboxId: mail.id,
    at: what.now,
    actor: { kind, id: actor.agentId },
    action: what.action,
    details: what.details,
  });
  if (mail.ticketId === null) return;
  await bus.publish(tx, outboundChanged, {
    outboxId: mail.id,
    kind: mail.kind,
    ticketId: mail.ticketId,
    ticketMessageId: mail.ticketMessageId,
    action: what.action,
    actorKind: kind,
    actorId: actor.agentId,
    details: what.details,
    at: what.now.toISOString(),
  });
}

function accepted(retried: Retried): Extract<Retried, { kind: 'again' }> {
  switch (retried.kind) {
    case 'again':
      return retried;
    case 'not_in_this_state':
      throw new AppError('invalid_transition', {
        detail: 'Este e-mail está sendo enviado ou foi cancelado.',
        detailEn: 'This mail is being sent or was cancelled',
      });
    case 'nothing_left':
      throw new AppError('invalid_transition', {
        detail: 'Todos os destinatários já receberam este e-mail.',
        detailEn: 'Every recipient has been served',
      });
    case 'unknown_recipient':
      throw invalidRecipient('names nobody of this mail', 'replaces');
    default:
      throw invalidRecipient('is a recipient of this mail already');
  }
}

function invalidRecipient(reason: string, path = 'recipient'): AppError {
  return new AppError('validation_failed', { fields: [{ path, reason }] });
}
