import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../config/index.js';
import { Background, Clock, Database, PeriodicWork, Wakeups } from '../../platform/index.js';
import { businessCalendar, Calendars } from '../business-calendar/index.js';
import { Outbound } from '../outbound-mail/index.js';
import { calendarOfMailbox } from '../tickets/index.js';
import { SendDigest } from './commands/send-digest.js';
import { digestRoute } from './domain/digest-mailbox.js';
import { morningAt } from './domain/morning.js';
import { DigestStore, type DigestReader } from './store/digest.store.js';

const EVERY_MS = 60_000;
const TEN_MINUTES_MS = 600_000;
/** Mornings that were looked at are remembered so long. */
const KEPT_MS = 60 * 24 * 3_600_000;

@Injectable()
export class DigestTools {
  constructor(
    readonly config: CurrentConfig,
    readonly database: Database,
    readonly calendars: Calendars,
    readonly outbound: Outbound,
    readonly store: DigestStore,
    readonly send: SendDigest,
  ) {}
}

/**
 * At the opening of a business day each agent is told by one mail what is due (D18). Looked for during the first hours:
 * who comes back from an absence then gets hers, and after an outage nothing is sent that is not that morning's.
 */
@Injectable()
export class MorningDigests extends PeriodicWork {
  constructor(
    background: Background,
    wakeups: Wakeups,
    private readonly clock: Clock,
    private readonly tools: DigestTools,
  ) {
    super({ name: 'morning-digests', everyMs: EVERY_MS }, background, wakeups);
  }

  /** Returns how many digests were written. */
  async round(): Promise<number> {
    const { config, database, outbound, store } = this.tools;
    const now = this.clock.now();
    await database.inTransaction((tx) => outbound.expire(tx, now));
    if (!config.get().notifications.digest) return 0;
    const readers = await store.readers(now);
    const done = new Map<string, ReadonlySet<string>>();
    let sent = 0;
    for (const [place, reader] of readers.entries()) {
      if (this.stopping.signal.aborted) break;
      if (await this.one(reader, place, now, done)) sent += 1;
    }
    const before = new Date(now.getTime() - KEPT_MS).toISOString().slice(0, 10);
    await database.inTransaction((tx) => store.forget(tx, before));
    return sent;
  }

  private async one(
    reader: DigestReader,
    place: number,
    now: Date,
    done: Map<string, ReadonlySet<string>>,
  ): Promise<boolean> {
    const { calendars, config, database, store, send } = this.tools;
    const keys = reader.queues.map(({ key }) => key);
    const route = digestRoute(keys, config.get());
    if (route === null) return false;
    const name = calendarOfMailbox(config.get(), route.mailboxKey);
    const calendar = businessCalendar(calendars.definitionNow(name));
    const morning = morningAt(calendar, now);
    if (morning === null) return false;
    const known = done.get(morning.day) ?? (await store.done(morning.day));
    done.set(morning.day, known);
    if (known.has(reader.agentId)) return false;
    // Half of what may leave automatically in ten minutes: acknowledgements go on beside it.
    const atOnce = Math.max(1, Math.floor(config.get().limits.automaticPerTenMinutes / 2));
    const delayMs = Math.floor(place / atOnce) * TEN_MINUTES_MS;
    const notBefore = new Date(Math.max(now.getTime(), morning.opensAt.getTime() + delayMs));
    const occasion = { reader, route, morning, zone: calendar.zone, notBefore, now };
    return database.inTransaction((tx) => send.run(tx, occasion));
  }
}
