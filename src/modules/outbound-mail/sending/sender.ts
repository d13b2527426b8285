import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Background, createLogger, type BackgroundWork } from '../../../platform/index.js';
import { GuardLoops } from '../commands/guard-loops.js';
import { MailboxLane, type LaneTools } from './mailbox-lane.js';
import { ProcessLease } from './process-lease.js';
import { SweepOrphans } from './sweep-orphans.js';

/** How soon rows of dead processes are noticed, and mailboxes of a new configuration get their lane. */
const HOUSEKEEPING_MS = 3_000;
/** How often counters of the loop breaker are tidied, in rounds of housekeeping: once a minute. */
const TIDY_EVERY_ROUNDS = 20;
/** Background work has ten seconds to stop (Background); what is still in flight then becomes `unknown`. */
const STOP_WITHIN_MS = 9_000;

export const LANE_TOOLS = Symbol('LaneTools');

const log = createLogger('outbound-mail');

/** Sends what stands in the outbox: one lane a mailbox, in every worker process. */
@Injectable()
export class Sender implements BackgroundWork, OnModuleInit {
  private readonly lanes = new Map<string, MailboxLane>();
  private housekeeping: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private running = false;
  private rounds = 0;

  constructor(
    private readonly background: Background,
    private readonly lease: ProcessLease,
    private readonly orphans: SweepOrphans,
    private readonly guard: GuardLoops,
    @Inject(LANE_TOOLS) private readonly tools: LaneTools,
  ) {}

  onModuleInit(): void {
    this.background.register('outbound-mail', this);
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    this.lease.start();
    this.timer = setInterval(() => this.keepHouse(), HOUSEKEEPING_MS);
    this.keepHouse();
  }

  async stop(): Promise<void> {
    if (!this.running) return;
    this.running = false;
    if (this.timer !== null) clearInterval(this.timer);
    await this.housekeeping;
    const lanes = [...this.lanes.values()];
    const allDone = Promise.all(lanes.map((lane) => lane.stop())).then(() => true);
    let giveUp: NodeJS.Timeout | undefined;
    const tooLate = new Promise<boolean>((resolve) => {
      giveUp = setTimeout(() => resolve(false), STOP_WITHIN_MS);
    });
    const done = await Promise.race([allDone, tooLate]);
    clearTimeout(giveUp);
    if (!done) log.warn('stopped with mails in flight: their fate becomes unknown');
    this.lanes.clear();
    await this.lease.stop(done);
  }

  private keepHouse(): void {
    this.housekeeping ??= this.tidy()
      .catch((error: unknown) =>
        log.error({ err: error }, 'housekeeping of the outbox failed, trying again'),
      )
      .finally(() => (this.housekeeping = null));
  }

  private async tidy(): Promise<void> {
    // Lanes claim nothing without the lease, so it comes first; where it cannot be had, the next round tries again.
    if (!(await this.lease.keep())) return;
    await this.orphans.dead();
    await this.orphans.strays([...this.lanes.values()].flatMap((lane) => lane.held()));
    const mailboxKeys = Object.keys(this.tools.config.get().mailboxes);
    if (this.rounds++ % TIDY_EVERY_ROUNDS === 0) await this.guard.tidy(mailboxKeys);
    if (!this.running) return;
    for (const key of mailboxKeys) {
      if (this.lanes.has(key)) continue;
      const lane = new MailboxLane(key, this.lease.owner, this.tools);
      this.lanes.set(key, lane);
      lane.start();
    }
  }
}
