import { Injectable } from '@nestjs/common';
import type { WebhookConfig } from '../../../config/index.js';
import { Alarms, Clock, createLogger, Database, type Tx } from '../../../platform/index.js';
import type { WebhookOutcome } from '../delivery/post-webhook.js';
import { nextAttemptAt } from '../domain/back-off.js';
import {
  DeliveriesStore,
  type AttemptEnd,
  type ClaimedDelivery,
} from '../store/deliveries.store.js';
import { WebhookStateStore } from '../store/webhook-state.store.js';

/** RFC 9110 §15.5.11: the receiver says that it is gone for good. */
const GONE = 410;

const log = createLogger('webhooks');

/** The alarm of one webhook. */
export const webhookAlarm = (name: string): string => `webhook.${name}`;

/** Writes down how an attempt ended, and what follows. */
@Injectable()
export class RecordAttempt {
  constructor(
    private readonly database: Database,
    private readonly deliveries: DeliveriesStore,
    private readonly states: WebhookStateStore,
    private readonly alarms: Alarms,
    private readonly clock: Clock,
  ) {}

  /** One that lost its lease writes nothing: another worker's attempt counts. */
  run(webhook: WebhookConfig, delivery: ClaimedDelivery, outcome: WebhookOutcome): Promise<void> {
    return this.database.inTransaction(async (tx) => {
      const now = this.clock.now();
      if (outcome.kind === 'stopped') {
        return this.deliveries.handBack(tx, delivery.id, delivery.attempt, now);
      }
      const status = outcome.kind === 'answered' ? outcome.status : null;
      if (status !== null && status >= 200 && status < 300) {
        return this.delivered(tx, webhook, delivery, status, now);
      }
      const error = outcome.kind === 'answered' ? answerInWords(outcome.status) : outcome.why;
      const retryAfterMs = outcome.kind === 'answered' ? outcome.retryAfterMs : null;
      const gone = status === GONE;
      const next = gone
        ? null
        : nextAttemptAt(delivery.attempt, delivery.giveUpAt, now, retryAfterMs);
      const end: AttemptEnd = {
        id: delivery.id,
        attempt: delivery.attempt,
        state: next === null ? 'failed' : 'queued',
        nextAttemptAt: next ?? now,
        endedAt: next === null ? now : null,
        status,
        error,
      };
      if (!(await this.deliveries.record(tx, end))) return;
      await this.deliveries.count(tx, webhook.name, 'refused');
      tx.afterCommit(() =>
        log.warn({ webhook: webhook.name, delivery: delivery.id, status }, 'a delivery failed'),
      );
      if (gone) await this.disable(tx, webhook, now);
      else if (next === null) await this.givenUp(tx, webhook, delivery.id);
      if (next === null) await this.deliveries.count(tx, webhook.name, 'failed');
    });
  }

  private async delivered(
    tx: Tx,
    webhook: WebhookConfig,
    { id, attempt }: ClaimedDelivery,
    status: number,
    now: Date,
  ): Promise<void> {
    const end: AttemptEnd = {
      id,
      attempt,
      state: 'delivered',
      nextAttemptAt: now,
      endedAt: now,
      status,
      error: null,
    };
    if (!(await this.deliveries.record(tx, end))) return;
    await this.deliveries.count(tx, webhook.name, 'delivered');
    await this.alarms.clearIn(tx, webhookAlarm(webhook.name));
  }

  private async disable(tx: Tx, webhook: WebhookConfig, now: Date): Promise<void> {
    await this.states.disable(tx, webhook.name, webhook.url, now);
    await this.deliveries.cancelQueued(tx, webhook.name, 'the receiver answered 410 Gone', now);
    await this.alarms.raiseIn(
      tx,
      webhookAlarm(webhook.name),
      'warning',
      `The webhook ${webhook.name} answered 410 Gone and is told nothing more: change its url, remove it, or run "webhook enable ${webhook.name}".`,
    );
  }

  private givenUp(tx: Tx, webhook: WebhookConfig, id: string): Promise<void> {
    return this.alarms.raiseIn(
      tx,
      webhookAlarm(webhook.name),
      'warning',
      `A delivery to the webhook ${webhook.name} was given up after three days: see GET /api/v1/webhooks/deliveries?state=failed, then retry it.`,
      { delivery: id },
    );
  }
}

function answerInWords(status: number): string {
  if (status === GONE) return 'the receiver answered 410 Gone';
  return status >= 300 && status < 400
    ? `the receiver answered ${status}: redirects are not followed`
    : `the receiver answered ${status}`;
}
