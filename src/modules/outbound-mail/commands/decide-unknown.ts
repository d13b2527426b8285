import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import { Clock, createLogger, Database, EventBus, type Tx } from '../../../platform/index.js';
import { GIVE_UP_AFTER_MS } from '../domain/back-off.js';
import { fateOf, type SentFolderLook } from '../domain/unknown-fate.js';
import { OutboxStore, type LockedMail } from '../store/outbox.store.js';
import { UnknownMailStore, type UnknownMail } from '../store/unknown-mail.store.js';
import { ConfirmMail } from './confirm-mail.js';
import { RedirectWaitingMail } from './redirect-waiting-mail.js';
import { recordAction, SYSTEM_ACTOR } from './retry-mail.js';

const log = createLogger('outbound-mail');

/** Where decisions are written, in one place because a constructor takes few. */
@Injectable()
export class DecisionStores {
  constructor(
    readonly database: Database,
    readonly outbox: OutboxStore,
    readonly unknown: UnknownMailStore,
    readonly bus: EventBus,
  ) {}
}

/** One look at a mail of unknown fate has been taken: evidence or the operator's rule decides, or it goes on waiting. */
@Injectable()
export class DecideUnknown {
  constructor(
    private readonly stores: DecisionStores,
    private readonly confirm: ConfirmMail,
    private readonly config: CurrentConfig,
    private readonly clock: Clock,
    private readonly waiting: RedirectWaitingMail,
  ) {}

  /** `filedAt`: when the server took the copy that was found in Sent. */
  async run(
    found: UnknownMail,
    sentFolder: SentFolderLook,
    filedAt: Date | null,
    waited: boolean,
  ): Promise<void> {
    // What a restored backup brought back may have left long ago: only people know what happened since.
    const rule = found.cutOff ? this.config.get().outbox.unknown : 'ask';
    const { evidence, resentBefore } = found;
    const fate = fateOf({ evidence, sentFolder, filedAt, waited, rule, resentBefore });
    const details = { rule, sentFolder, attemptedAt: found.attemptedAt.toISOString() };
    await this.stores.database.inTransaction(async (tx) => {
      const mail = await this.stores.outbox.lockById(tx, found.id);
      // A person, a bounce or a late answer of the server may have been faster.
      if (mail === null || mail.state !== 'unknown') return;
      if (fate.kind === 'sent') {
        await this.confirm.settle(tx, mail, { by: 'evidence', evidence: fate.evidence });
      } else if (fate.kind === 'assume_sent') {
        await this.confirm.settle(tx, mail, { by: 'rule', details });
      } else if (fate.kind === 'resend') {
        await this.resend(tx, mail, details);
      } else {
        await this.stores.unknown.looked(tx, mail.id, this.clock.now());
        if (fate.kind === 'ask' && !found.askedBefore) await this.note(tx, mail, 'looked', details);
      }
    });
    if (fate.kind !== 'wait')
      log.info({ outboxId: found.id, fate: fate.kind, sentFolder }, 'mail of unknown fate');
  }

  /** The same mail under the same Message-ID: who has it already sees that it is the same. */
  private async resend(
    tx: Tx,
    mail: LockedMail,
    details: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const now = this.clock.now();
    const { recipients, primaryRecipient } = mail;
    const giveUpAt = new Date(now.getTime() + GIVE_UP_AFTER_MS);
    await this.stores.outbox.requeue(tx, mail.id, { recipients, primaryRecipient, now, giveUpAt });
    await this.note(tx, mail, 'resent', details);
    await this.waiting.waitsAgain(tx, mail);
  }

  private note(
    tx: Tx,
    mail: LockedMail,
    action: 'looked' | 'resent',
    details: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const now = this.clock.now();
    const { outbox, bus } = this.stores;
    return recordAction(outbox, bus, tx, mail, SYSTEM_ACTOR, { action, details, now });
  }
}
