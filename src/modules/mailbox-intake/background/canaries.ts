import { Injectable } from '@nestjs/common';
import {
  Background,
  createLogger,
  Leases,
  PeriodicWork,
  Wakeups,
  type Lease,
} from '../../../platform/index.js';
import { SendCanary } from '../commands/send-canary.js';
import { WatchCanaries } from '../commands/watch-canaries.js';

/** Well within a lease's time, so that it stays with who has it. */
const LOOK_MS = 5_000;
/** A conversation with SMTP that lasts longer at a stop is left to itself: its row says that nobody knows. */
const LET_GO_MS = 8_000;

const log = createLogger('mailbox-intake');

/**
 * Sends the probes (`mailboxes.*.canary`) and watches for their return, in one process at a time. Mailboxes do not wait
 * for each other. It goes on while automation is paused: it answers nobody, and then above all one wants to know.
 */
@Injectable()
export class Canaries extends PeriodicWork {
  private readonly leaving = new Map<string, Promise<void>>();
  private lease: Lease | null = null;

  constructor(
    background: Background,
    wakeups: Wakeups,
    private readonly leases: Leases,
    private readonly watch: WatchCanaries,
    private readonly send: SendCanary,
  ) {
    super({ name: 'canaries', everyMs: LOOK_MS }, background, wakeups);
  }

  async round(): Promise<void> {
    this.lease = await this.leases.acquire('canaries');
    if (this.lease === null) return;
    for (const mailboxKey of await this.watch.run()) {
      if (this.leaving.has(mailboxKey)) continue;
      const sending = this.send
        .run(mailboxKey)
        .catch((error: unknown) =>
          log.error({ err: error, mailbox: mailboxKey }, 'a probe could not be sent'),
        )
        .finally(() => this.leaving.delete(mailboxKey));
      this.leaving.set(mailboxKey, sending);
    }
  }

  /** Resolves when no probe is on its way to SMTP. */
  async sent(): Promise<void> {
    await Promise.all(this.leaving.values());
  }

  override async stop(): Promise<void> {
    await super.stop();
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LET_GO_MS);
    });
    await Promise.race([this.sent(), patience]);
    clearTimeout(timer);
    if (this.lease !== null) await this.leases.release(this.lease).catch(() => undefined);
    this.lease = null;
  }
}
