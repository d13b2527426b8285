import type { Tx } from '../database/tx.js';
import type { Wakeups } from '../wakeups.js';

/**
 * A kind of news that a lower module publishes and upper modules react to. `topic` is in the past tense
 * (`outbound.sent`); the type parameter is the payload, plain JSON.
 */
export interface EventTopic<Payload> {
  readonly topic: string;
  /** Carries the payload's type; never present at run time. */
  readonly payloadType?: Payload;
}

export function defineEvent<Payload>(topic: string): EventTopic<Payload> {
  return { topic };
}

/** Reacts to one event inside `tx`; the same `tx` marks it handled, so work and mark appear together or not at all. */
export type EventHandler<Payload> = (tx: Tx, payload: Payload, eventId: string) => Promise<void>;

export const EVENTS_WAKEUP = 'events';

interface Subscription {
  readonly handler: EventHandler<never>;
  readonly isWanted: () => boolean;
}

/** Writes events as rows in the publisher's transaction, one per subscriber; `EventDispatcher` delivers them. */
export class EventBus {
  private readonly subscribers = new Map<string, Map<string, Subscription>>();

  constructor(private readonly wakeups: Wakeups) {}

  /**
   * Registers a subscriber under a name that stays (it is stored in rows). Call it while modules are wired, before
   * the first publish; every process registers all subscribers, whatever its role. Where `isWanted` says no at the
   * moment of the publish nothing is written for it: a subscriber that configuration has switched off costs nothing.
   */
  subscribe<Payload>(
    event: EventTopic<Payload>,
    name: string,
    handler: EventHandler<Payload>,
    isWanted: () => boolean = () => true,
  ): void {
    const handlers = this.subscribers.get(event.topic) ?? new Map<string, Subscription>();
    if (handlers.has(name))
      throw new Error(`Subscriber ${name} is registered twice for ${event.topic}`);
    handlers.set(name, { handler: handler as EventHandler<never>, isWanted });
    this.subscribers.set(event.topic, handlers);
  }

  /** Publishes in `tx`. An event without subscribers writes nothing. */
  async publish<Payload>(tx: Tx, event: EventTopic<Payload>, payload: Payload): Promise<void> {
    await this.publishAll(tx, event, [payload]);
  }

  /** As `publish`, for several of one topic in one statement. */
  async publishAll<Payload>(
    tx: Tx,
    event: EventTopic<Payload>,
    payloads: readonly Payload[],
  ): Promise<void> {
    const names = [...(this.subscribers.get(event.topic) ?? [])]
      .filter(([, { isWanted }]) => isWanted())
      .map(([name]) => name);
    if (names.length === 0 || payloads.length === 0) return;
    await tx.execute(
      `insert into events (topic, subscriber, payload)
       select $1, s, p from jsonb_array_elements($3::jsonb) p, unnest($2::text[]) s`,
      [event.topic, names, JSON.stringify(payloads)],
    );
    tx.afterCommit(() => this.wakeups.wake(EVENTS_WAKEUP));
  }

  handlerOf(topic: string, subscriber: string): EventHandler<unknown> | undefined {
    return this.subscribers.get(topic)?.get(subscriber)?.handler as
      EventHandler<unknown> | undefined;
  }
}
