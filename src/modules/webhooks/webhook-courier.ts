import { Injectable } from '@nestjs/common';
import { CurrentConfig, type WebhookConfig } from '../../config/index.js';
import {
  Background,
  Clock,
  createLogger,
  Database,
  PeriodicWork,
  Wakeups,
} from '../../platform/index.js';
import { WEBHOOKS_WAKEUP } from './commands/queue-deliveries.js';
import { RecordAttempt } from './commands/record-attempt.js';
import { postWebhook } from './delivery/post-webhook.js';
import { queuesOf, secretsOf } from './domain/subscriptions.js';
import { signatureHeaders } from './domain/signature.js';
import { DeliveriesStore, type ClaimedDelivery } from './store/deliveries.store.js';

/** Rows that other processes wrote, and what becomes due, are found this soon. */
const POLL_MS = 1_000;
/** At once to one receiver, from one process: one that answers slowly holds up nobody else. */
const SLOTS = 2;
/** Far longer than an attempt can take. */
const LEASE_MS = 60_000;

const log = createLogger('webhooks');

@Injectable()
export class CourierTools {
  constructor(
    readonly config: CurrentConfig,
    readonly database: Database,
    readonly clock: Clock,
    readonly deliveries: DeliveriesStore,
    readonly attempts: RecordAttempt,
  ) {}
}

/**
 * Delivers what is due: claims with a lease, commits, talks, records. Any number of processes do so side by side. At least
 * once: what was on the way when a process died is sent again when its lease has ended.
 */
@Injectable()
export class WebhookCourier extends PeriodicWork {
  /** By webhook. */
  private readonly inFlight = new Map<string, Set<Promise<void>>>();

  constructor(
    background: Background,
    private readonly sleepers: Wakeups,
    private readonly tools: CourierTools,
  ) {
    super({ name: WEBHOOKS_WAKEUP, everyMs: POLL_MS }, background, sleepers);
  }

  /** Everything that is due, also what becomes due meanwhile; ends when nothing is on the way any more. */
  async round(): Promise<void> {
    const { signal } = this.stopping;
    try {
      while (!signal.aborted) {
        await this.begin();
        const underway = this.underway();
        if (underway.length === 0) return;
        const nap = new AbortController();
        const ends = AbortSignal.any([signal, nap.signal]);
        await Promise.race([...underway, this.sleepers.sleep(WEBHOOKS_WAKEUP, POLL_MS, ends)]);
        nap.abort();
      }
    } finally {
      await Promise.all(this.underway());
    }
  }

  private underway(): Promise<void>[] {
    return [...this.inFlight.values()].flatMap((set) => [...set]);
  }

  private async begin(): Promise<void> {
    const { webhooks } = this.tools.config.get().notifications;
    const free = webhooks.filter(({ name }) => (this.inFlight.get(name)?.size ?? 0) < SLOTS);
    if (free.length === 0) return;
    const names = free.map(({ name }) => name);
    const due = await this.tools.deliveries.due(names, this.tools.clock.now());
    for (const webhook of free.filter(({ name }) => due.includes(name))) {
      for (const delivery of await this.claim(webhook)) this.send(webhook, delivery);
    }
  }

  private claim(webhook: WebhookConfig): Promise<ClaimedDelivery[]> {
    const { clock, config, database, deliveries } = this.tools;
    const limit = SLOTS - (this.inFlight.get(webhook.name)?.size ?? 0);
    return database.inTransaction((tx) => {
      const now = clock.now();
      return deliveries.claim(tx, {
        webhook: webhook.name,
        queues: queuesOf(webhook, config.get().queues),
        limit,
        now,
        leaseEnd: new Date(now.getTime() + LEASE_MS),
      });
    });
  }

  private send(webhook: WebhookConfig, delivery: ClaimedDelivery): void {
    const set = this.inFlight.get(webhook.name) ?? new Set();
    this.inFlight.set(webhook.name, set);
    const done = this.deliver(webhook, delivery)
      .catch((error: unknown) => {
        // The lease ends, and it is sent again.
        log.error({ err: error, webhook: webhook.name }, 'an attempt could not be recorded');
      })
      .finally(() => set.delete(done));
    set.add(done);
  }

  private async deliver(webhook: WebhookConfig, delivery: ClaimedDelivery): Promise<void> {
    const { messageId: id, body } = delivery;
    const outcome = await postWebhook({
      url: webhook.url,
      headers: signatureHeaders(secretsOf(webhook), { id, at: this.tools.clock.now(), body }),
      body,
      allowPrivate: webhook.allowPrivate,
      signal: this.stopping.signal,
    });
    await this.tools.attempts.run(webhook, delivery, outcome);
  }
}
