import { Injectable } from '@nestjs/common';
import { CurrentConfig, type CanaryConfig } from '../../../config/index.js';
import { Alarms, Clock } from '../../../platform/index.js';
import { isDue, latenessOf, type CanaryStanding } from '../domain/canary.js';
import { CanaryStore } from '../store/canary.store.js';

const ALARM = /^mailbox\..+\.(?:canary|canary_junk)$/;

/** Looks at the probes of all mailboxes: alarms for those that are late or lie in Junk, cleared when all is well again. */
@Injectable()
export class WatchCanaries {
  private since: Date | null = null;

  constructor(
    private readonly config: CurrentConfig,
    private readonly clock: Clock,
    private readonly alarms: Alarms,
    private readonly store: CanaryStore,
  ) {}

  /** Returns the mailboxes whose next probe is due. */
  async run(): Promise<string[]> {
    const probed = this.probed();
    const now = this.clock.now();
    this.since ??= now;
    const open = new Set(
      (await this.alarms.open()).map(({ key }) => key).filter((key) => ALARM.test(key)),
    );
    const standings = probed.size === 0 ? [] : await this.store.standings([...probed.keys()]);
    const wanted = new Map<string, Wanted>();
    for (const standing of standings) {
      for (const alarm of this.alarmsOf(standing, probed.get(standing.mailboxKey)!, now, open))
        wanted.set(alarm.key, alarm);
    }
    for (const { key, severity, message } of wanted.values())
      if (!open.has(key)) await this.alarms.raise(key, severity, message);
    for (const key of open) if (!wanted.has(key)) await this.alarms.clear(key);
    return standings
      .filter((one) => isDue(one, probed.get(one.mailboxKey)!.everyMinutes, now))
      .map(({ mailboxKey }) => mailboxKey);
  }

  /** `observe` sends nothing, and a retired mailbox is not read. */
  private probed(): ReadonlyMap<string, CanaryConfig> {
    return new Map(
      Object.entries(this.config.get().mailboxes).flatMap(([key, { canary, mode, retired }]) =>
        canary === undefined || mode === 'observe' || retired ? [] : [[key, canary] as const],
      ),
    );
  }

  private alarmsOf(
    standing: CanaryStanding,
    limits: CanaryConfig,
    now: Date,
    open: ReadonlySet<string>,
  ): Wanted[] {
    const { mailboxKey, arrivedIn } = standing;
    const key = `mailbox.${mailboxKey}.canary`;
    const seen = { watchingSince: this.since ?? now, alarmed: open.has(key) };
    const late = latenessOf(standing, limits, now, seen);
    const inJunk = `The last probe of mailbox ${mailboxKey} lay in its Junk folder: the server takes our own mail for spam, so look at SPF, DKIM and its filters.`;
    return [
      ...(late === null ? [] : [{ key, severity: 'critical' as const, message: late }]),
      ...(arrivedIn === 'junk'
        ? [{ key: `${key}_junk`, severity: 'warning' as const, message: inJunk }]
        : []),
    ];
  }
}

interface Wanted {
  readonly key: string;
  readonly severity: 'warning' | 'critical';
  readonly message: string;
}
