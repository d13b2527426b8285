import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import type { Tx } from '../../../platform/index.js';
import { budgetOf, hourOf } from '../domain/loop-guard.js';
import type { NewOutgoingMail } from '../domain/outgoing.js';
import { OutboxStore, type NewOutboxRow } from '../store/outbox.store.js';
import { GuardLoops } from './guard-loops.js';

/** The one way into the outbox: nothing automatic is written without being counted (D21). */
@Injectable()
export class GuardedOutbox {
  constructor(
    private readonly config: CurrentConfig,
    private readonly store: OutboxStore,
    private readonly guard: GuardLoops,
  ) {}

  /** Null where the dedupe key is taken. */
  async insert(
    tx: Tx,
    mail: Omit<NewOutboxRow, 'budget' | 'budgetHour'>,
    attachments: NewOutgoingMail['attachments'],
  ): Promise<string | null> {
    const { acknowledgementsPerSenderHour } = this.config.get().automation;
    const budget = budgetOf(mail, acknowledgementsPerSenderHour);
    const inserted = await this.store.insert(
      tx,
      {
        ...mail,
        budget,
        budgetHour: hourOf(mail.createdAt),
      },
      attachments,
    );
    if (inserted === null) return null;
    if (inserted.held !== null) {
      await this.guard.held(tx, {
        ...mail,
        now: mail.createdAt,
        outboxId: inserted.id,
        correspondent: mail.primaryRecipient,
        why: inserted.held,
      });
    }
    return inserted.id;
  }
}
