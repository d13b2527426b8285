import type { CurrentConfig } from '../../../config/index.js';
import { createLogger, faultPoint, messageOf, withCorrelation } from '../../../platform/index.js';
import type { Clock, Database, Wakeups } from '../../../platform/index.js';
import { businessCalendar, isServiceTime, type Calendars } from '../../business-calendar/index.js';
import type { BlobStore } from '../../files/index.js';
import type { SendOutcome, SmtpSender } from '../../mailboxes/index.js';
import { healthAfter, slotsAllowed, type LaneHealth } from '../domain/lane-health.js';
import { outboxWakeup } from '../events.js';
import type { ClaimedMail, SendingStore } from '../store/sending.store.js';
import type { AutomaticCeiling } from './automatic-ceiling.js';
import { composeMail } from './compose-mail.js';
import type { LaneReports } from './lane-reports.js';
import type { FinishedSend, RecordOutcomes } from './record-outcomes.js';

/** Rows that other processes wrote are found this soon. */
const POLL_INTERVAL_MS = 1_000;

/** What every lane works with. */
export interface LaneTools {
  readonly config: CurrentConfig;
  readonly database: Database;
  readonly clock: Clock;
  readonly wakeups: Wakeups;
  readonly store: SendingStore;
  readonly outcomes: RecordOutcomes;
  readonly ceiling: AutomaticCeiling;
  readonly reports: LaneReports;
  readonly smtp: Pick<SmtpSender, 'send'>;
  readonly blobs: Pick<BlobStore, 'open'>;
  readonly calendars: Pick<Calendars, 'definitionNow'>;
}

const log = createLogger('outbound-mail');

/**
 * The sender of one mailbox: as many conversations at once as the mailbox has connections. Each turn is one
 * transaction that records the outcomes that have come in and claims a row for every free slot; a slot is free only
 * once its outcome is committed, so that no more rows than slots can ever be in doubt.
 */
export class MailboxLane {
  /** Claimed and not yet recorded, by row id. */
  private readonly inFlight = new Set<string>();
  private finished: FinishedSend[] = [];
  private health: LaneHealth = { kind: 'ok' };
  private stopping = false;
  private running: Promise<void> | null = null;
  private nap: Promise<void> | null = null;
  /** Reports are written one after the other, so that the last one stays. */
  private reporting: Promise<void> = Promise.resolve();

  constructor(
    readonly mailboxKey: string,
    private readonly owner: string,
    private readonly tools: LaneTools,
  ) {}

  /** Ids of the rows that this lane holds. */
  held(): readonly string[] {
    return [...this.inFlight];
  }

  start(): void {
    this.running ??= this.loop();
  }

  /** Claims nothing more; resolves when every conversation in flight is over and recorded. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake();
    await this.running;
    await this.reporting;
  }

  private async loop(): Promise<void> {
    while (!this.stopping || this.inFlight.size > 0) {
      // Registered before looking, so that a wake-up during the look is not lost.
      const nap = this.sleep();
      let worked = false;
      try {
        worked = await this.turn();
      } catch (error) {
        log.error(
          { err: error, mailbox: this.mailboxKey },
          'a turn of the sender failed, trying again',
        );
      }
      if (!worked) await nap;
    }
  }

  private sleep(): Promise<void> {
    this.nap ??= this.tools.wakeups
      .sleep(outboxWakeup(this.mailboxKey), POLL_INTERVAL_MS)
      .finally(() => (this.nap = null));
    return this.nap;
  }

  private wake(): void {
    this.tools.wakeups.wake(outboxWakeup(this.mailboxKey));
  }

  /** True where something was recorded or claimed, so that the next turn should come at once. */
  private async turn(): Promise<boolean> {
    const { clock, store } = this.tools;
    const finished = [...this.finished];
    const begunBefore = this.inFlight.size - finished.length;
    const slots = this.freeSlots(begunBefore);
    const looks =
      slots > 0 &&
      (finished.length > 0 ||
        (await store.anythingDue(this.mailboxKey, clock.now(), this.inService())));
    if (finished.length === 0 && !looks) return false;
    const claimed = await this.recordAndClaim(finished, looks ? slots : 0);
    return finished.length > 0 || claimed > 0;
  }

  private freeSlots(inFlight: number): number {
    const mailbox = this.tools.config.get().mailboxes[this.mailboxKey];
    if (this.stopping || mailbox === undefined || mailbox.mode === 'observe') return 0;
    return slotsAllowed(this.health, inFlight, mailbox.smtp.maxConnections, this.tools.clock.now());
  }

  /** D18: by the calendar of the mailbox that sends. */
  private inService(): boolean {
    const { calendars, clock, config } = this.tools;
    const name = config.get().mailboxes[this.mailboxKey]?.calendar;
    return (
      name === undefined ||
      isServiceTime(businessCalendar(calendars.definitionNow(name)), clock.now())
    );
  }

  /** Records and claims in one transaction and begins to send what was claimed; returns how many. */
  private async recordAndClaim(finished: readonly FinishedSend[], slots: number): Promise<number> {
    const { clock, database, outcomes, ceiling, store } = this.tools;
    const turn = await database.inTransaction(async (tx) => {
      const now = clock.now();
      const late = await outcomes.inTransaction(tx, finished, this.owner, now);
      if (slots === 0) return { late, claimed: [], full: false };
      const room = await ceiling.room(tx);
      const claimed = await store.claim(tx, {
        mailboxKey: this.mailboxKey,
        now,
        limit: room > 0 ? Math.min(slots, room) : slots,
        automaticToo: room > 0,
        inService: this.inService(),
        owner: this.owner,
      });
      if (claimed.length > 0) faultPoint('outbox.claiming');
      return { late, claimed, full: room === 0 };
    });
    if (finished.length > 0) faultPoint('outbox.recorded');
    if (turn.claimed.length > 0) faultPoint('outbox.claimed');
    this.finished = this.finished.filter((send) => !finished.includes(send));
    for (const { mail } of finished) this.inFlight.delete(mail.id);
    outcomes.log(
      this.mailboxKey,
      finished.filter((send) => !turn.late.includes(send)),
    );
    // Begun before anything else can fail: what is claimed and not begun would wait for ever.
    for (const mail of turn.claimed) {
      this.inFlight.add(mail.id);
      void this.send(mail);
    }
    ceiling.began(turn.claimed.filter((mail) => mail.automatic).length);
    if (turn.late.length > 0) await outcomes.late(turn.late, clock.now());
    if (turn.full && (await store.automaticDue(this.mailboxKey, clock.now(), this.inService()))) {
      await ceiling.reached();
    }
    return turn.claimed.length;
  }

  private async send(mail: ClaimedMail): Promise<void> {
    const { clock, config, smtp, blobs } = this.tools;
    const smtpHost = config.get().mailboxes[this.mailboxKey]?.smtp.host ?? '';
    const begunAt = clock.now();
    let outcome: SendOutcome;
    try {
      outcome = await withCorrelation(`outbox-${mail.id}`, () =>
        smtp.send(this.mailboxKey, composeMail(mail, blobs)),
      );
    } catch (error) {
      // The gateway tells every outcome by its result; what it throws happened before it spoke to a server.
      log.error(
        { err: error, outboxId: mail.id, mailbox: this.mailboxKey },
        'a mail could not be composed',
      );
      const response = `Não enviada por um erro nosso: ${messageOf(error)}`;
      outcome = { kind: 'temporary', code: 451, response, recipients: [] };
    }
    faultPoint('outbox.answered');
    const endedAt = clock.now();
    this.judge(outcome, begunAt, endedAt);
    this.finished.push({ mail, outcome, smtpHost, begunAt, endedAt });
    this.wake();
  }

  /** Follows the health through the outcomes, in their order, and reports where it changed. */
  private judge(outcome: SendOutcome, begunAt: Date, endedAt: Date): void {
    const before = this.health;
    this.health = healthAfter(before, outcome, begunAt, endedAt);
    if (this.health === before || (this.health.kind === 'ok' && before.kind === 'ok')) return;
    const now = this.health;
    this.reporting = this.reporting.then(() => this.tools.reports.changed(this.mailboxKey, now));
  }
}
