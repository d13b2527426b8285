import { Injectable } from '@nestjs/common';
import { Alarms, Clock, Database, type Tx } from '../platform/index.js';
import { AutomationPausesStore, type AutomationPause } from './store/automation-pauses.store.js';

/**
 * Pauses of automatic mail, for one mailbox or for all: while one stands, automatic mail is written to the outbox and
 * waits there. Agents' answers are not automatic and go on.
 */
@Injectable()
export class Automation {
  private readonly pauses = new AutomationPausesStore();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly alarms: Alarms,
  ) {}

  /** Until the end of `tx` no other pause begins and none is lifted; waits for those that are under way. */
  async holdStill(tx: Tx): Promise<void> {
    await this.pauses.lock(tx);
  }

  /**
   * Pauses automatic mail of `mailboxKey`, or of all mailboxes (null), and raises the alarm `automation.paused` (or
   * `automation.paused.<mailbox>`) together with it. A pause that stands already keeps its reason. True where it is new.
   */
  async pause(
    tx: Tx,
    mailboxKey: string | null,
    why: {
      readonly reason: string;
      readonly by: string;
      readonly severity?: 'warning' | 'critical';
    },
  ): Promise<boolean> {
    const added = await this.pauses.add(tx, {
      mailboxKey,
      reason: why.reason,
      pausedBy: why.by,
      pausedAt: this.clock.now(),
    });
    if (added) await this.raise(tx, mailboxKey, why.reason, why.severity ?? 'warning');
    return added;
  }

  /**
   * The pause that a restore has set: automatic mail about what arrived before may have left already, so whoever lifts
   * it must say what becomes of that. null where none stands.
   */
  async ofRestore(reader: Tx | Database): Promise<AutomationPause | null> {
    const pauses = await this.pauses.all(reader);
    return pauses.find(({ pausedBy }) => pausedBy === 'restore') ?? null;
  }

  /** Lifts the pause of that mailbox, or the general one (null); mailboxes paused by themselves stay so. True where there was one. */
  async resume(tx: Tx, mailboxKey: string | null): Promise<boolean> {
    const removed = await this.pauses.remove(tx, mailboxKey);
    if (removed) await this.alarms.clearIn(tx, alarmKey(mailboxKey));
    return removed;
  }

  /** True while automatic mail of this mailbox waits: it is paused itself, or all are. */
  isPaused(tx: Tx | Database, mailboxKey: string): Promise<boolean> {
    return this.pauses.covers(tx, mailboxKey);
  }

  /** The pauses that stand; the general one, with `mailboxKey` null, first. */
  list(): Promise<AutomationPause[]> {
    return this.pauses.all(this.database);
  }

  private async raise(
    tx: Tx,
    mailboxKey: string | null,
    reason: string,
    severity: 'warning' | 'critical',
  ): Promise<void> {
    const whose = mailboxKey === null ? 'all mailboxes' : `mailbox ${mailboxKey}`;
    const command = `automation resume${mailboxKey === null ? '' : ` --mailbox ${mailboxKey}`}`;
    await this.alarms.raiseIn(
      tx,
      alarmKey(mailboxKey),
      severity,
      `Automatic mail of ${whose} is paused (${reason}): resume it by "${command}".`,
    );
  }
}

function alarmKey(mailboxKey: string | null): string {
  return mailboxKey === null ? 'automation.paused' : `automation.paused.${mailboxKey}`;
}
