import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../config/index.js';
import { Alarms, Background, Clock, PeriodicWork, Wakeups } from '../../platform/index.js';
import { expirySentence, inUse, urgencyOf } from './domain/expiry.js';
import { ExpiryStore } from './store/expiry.store.js';

const EVERY_MS = 60_000;
const ALARM = /^mailbox\..+\.(?:certificate_imap|certificate_smtp|authorization)$/;

/**
 * Alarms before certificates and authorizations expire: once at the first limit, once more at the second, cleared when a
 * connection has shown a renewed one. Any number of processes may look: they see and write the same.
 */
@Injectable()
export class ExpiryWatch extends PeriodicWork {
  constructor(
    background: Background,
    wakeups: Wakeups,
    private readonly config: CurrentConfig,
    private readonly clock: Clock,
    private readonly alarms: Alarms,
    private readonly store: ExpiryStore,
  ) {
    super({ name: 'expiry-watch', everyMs: EVERY_MS }, background, wakeups);
  }

  async round(): Promise<void> {
    const { mailboxes, limits } = this.config.get();
    const now = this.clock.now();
    const open = new Map((await this.alarms.open()).map((alarm) => [alarm.key, alarm]));
    const wanted = new Set<string>();
    for (const expiry of inUse(await this.store.all(), mailboxes)) {
      const severity = urgencyOf(expiry.expiresAt, now, limits);
      if (severity === null) continue;
      const { mailboxKey, what } = expiry;
      const key = `mailbox.${mailboxKey}.${what}`;
      wanted.add(key);
      const message = expirySentence(expiry, mailboxes[mailboxKey]!);
      const standing = open.get(key);
      if (standing?.severity === severity && standing.message === message) continue;
      // What grows urgent is news again.
      if (standing?.severity === 'warning' && severity === 'critical') await this.alarms.clear(key);
      await this.alarms.raise(key, severity, message);
    }
    for (const key of open.keys())
      if (ALARM.test(key) && !wanted.has(key)) await this.alarms.clear(key);
  }
}
