import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import { Clock, newId, Wakeups, type Tx } from '../../../platform/index.js';
import { GIVE_UP_AFTER_MS } from '../domain/back-off.js';
import { bodyOf, withoutQueues, type WebhookNews } from '../domain/payload.js';
import { queuesOf } from '../domain/subscriptions.js';
import { DeliveriesStore, type NewDelivery } from '../store/deliveries.store.js';
import { WebhookStateStore } from '../store/webhook-state.store.js';

/** The topic on which the courier is woken. */
export const WEBHOOKS_WAKEUP = 'webhooks';

/** Writes a delivery for each webhook that wants to hear, in the transaction in which the news is handled. */
@Injectable()
export class QueueDeliveries {
  constructor(
    private readonly config: CurrentConfig,
    private readonly deliveries: DeliveriesStore,
    private readonly states: WebhookStateStore,
    private readonly clock: Clock,
    private readonly wakeups: Wakeups,
  ) {}

  /** Whether anybody is to be told anything. */
  readonly isWanted = (): boolean => this.config.get().notifications.webhooks.length > 0;

  /** `at`: when it happened, RFC 3339. What the ticket's queue is now decides who may hear it (D20). */
  async run(tx: Tx, ticketId: string, at: string, news: readonly WebhookNews[]): Promise<void> {
    const { notifications, queues, http } = this.config.get();
    const wanted = notifications.webhooks.filter(({ events }) =>
      news.some(({ event }) => events.includes(event)),
    );
    if (wanted.length === 0) return;
    const ticket = await this.deliveries.ticket(tx, ticketId);
    if (ticket === null) return;
    const written: NewDelivery[] = [];
    for (const webhook of wanted) {
      const told = queuesOf(webhook, queues);
      if (!told.includes(ticket.queue)) continue;
      if (await this.states.isDisabled(tx, webhook.name, webhook.url)) continue;
      for (const one of news.filter(({ event }) => webhook.events.includes(event))) {
        written.push({
          webhook: webhook.name,
          event: one.event,
          ticketId,
          messageId: `msg_${newId().replaceAll('-', '')}`,
          body: bodyOf(withoutQueues(one, told), at, ticket, http.publicUrl),
        });
      }
    }
    if (written.length === 0) return;
    const now = this.clock.now();
    const giveUpAt = new Date(now.getTime() + GIVE_UP_AFTER_MS);
    await this.deliveries.insert(tx, written, { now, giveUpAt });
    tx.afterCommit(() => this.wakeups.wake(WEBHOOKS_WAKEUP));
  }
}
