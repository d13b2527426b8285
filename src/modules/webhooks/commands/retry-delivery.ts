import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import { AppError, Clock, Database, Wakeups } from '../../../platform/index.js';
import { GIVE_UP_AFTER_MS } from '../domain/back-off.js';
import { webhookNamed } from '../domain/subscriptions.js';
import { WebhookStateStore } from '../store/webhook-state.store.js';
import { WEBHOOKS_WAKEUP } from './queue-deliveries.js';

/** A person says that a delivery is to be sent now: one that failed, was called off, waits, or arrived and got lost there. */
@Injectable()
export class RetryDelivery {
  constructor(
    private readonly config: CurrentConfig,
    private readonly database: Database,
    private readonly states: WebhookStateStore,
    private readonly clock: Clock,
    private readonly wakeups: Wakeups,
  ) {}

  /** AppErrors: `not_found`; `conflict` while it is being sent, or where its webhook is not in use. */
  run(id: string): Promise<void> {
    return this.database.inTransaction(async (tx) => {
      const delivery = await this.states.lockDelivery(tx, id);
      if (delivery === null) throw new AppError('not_found');
      if (delivery.state === 'sending') {
        throw refused('A entrega está em andamento.', 'The delivery is being sent.');
      }
      const webhook = webhookNamed(this.config.get(), delivery.webhook);
      if (webhook === undefined) {
        throw refused('O webhook não está configurado.', 'The webhook is not configured any more.');
      }
      if (await this.states.isDisabled(tx, webhook.name, webhook.url)) {
        throw refused(
          'O webhook está desligado: ele respondeu 410.',
          `The webhook is disabled since it answered 410: run "webhook enable ${webhook.name}" first.`,
        );
      }
      const now = this.clock.now();
      await this.states.requeue(tx, id, {
        now,
        giveUpAt: new Date(now.getTime() + GIVE_UP_AFTER_MS),
      });
      tx.afterCommit(() => this.wakeups.wake(WEBHOOKS_WAKEUP));
    });
  }
}

function refused(detail: string, detailEn: string): AppError {
  return new AppError('conflict', { detail, detailEn });
}
