import type { Credentials, ServerSettings } from '../domain/server-settings.js';
import { SmtpChannel } from './smtp-channel.js';

/** An idle connection is closed after this long: servers hang up on idle clients anyway, some after a minute. */
const IDLE_CLOSE_MS = 20_000;
/** A connection is renewed after this many mails: some servers limit them (Postfix: 100 by default elsewhere). */
const MAILS_PER_CHANNEL = 500;

interface Idle {
  readonly channel: SmtpChannel;
  readonly mails: number;
  readonly timer: NodeJS.Timeout;
}

/** A connection in use, and whether it has carried mail before. */
export interface Lent {
  readonly channel: SmtpChannel;
  readonly mails: number;
}

/** The kept connections of one mailbox: at most `maxConnections` at a time, reused while there is mail. */
export class SmtpPool {
  private readonly idle: Idle[] = [];
  private readonly waiting: (() => void)[] = [];
  private inUse = 0;
  private closed = false;

  constructor(
    readonly server: ServerSettings,
    private readonly maxConnections: number,
    private readonly credentials: (refusedToken?: string) => Promise<Credentials>,
    /** Hears of every new connection. */
    private readonly connected: (channel: SmtpChannel) => Promise<void>,
  ) {}

  /** Runs `work` with a connection of its own. `fresh`: not one that has lain idle. */
  async use<Result>(work: (lent: Lent) => Promise<Result>, fresh = false): Promise<Result> {
    await this.slot();
    try {
      const lent = (fresh ? null : this.takeIdle()) ?? { channel: await this.connect(), mails: 0 };
      try {
        return await work(lent);
      } finally {
        this.keep(lent);
      }
    } finally {
      this.inUse -= 1;
      this.waiting.shift()?.();
    }
  }

  /** Closes what lies idle now and, as it comes back, what is in use. */
  close(): void {
    this.closed = true;
    for (const { channel, timer } of this.idle.splice(0)) {
      clearTimeout(timer);
      channel.close();
    }
  }

  private async slot(): Promise<void> {
    while (this.inUse >= this.maxConnections) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.inUse += 1;
  }

  private takeIdle(): Lent | null {
    for (let entry = this.idle.pop(); entry !== undefined; entry = this.idle.pop()) {
      clearTimeout(entry.timer);
      if (entry.channel.alive) return entry;
    }
    return null;
  }

  private keep({ channel, mails }: Lent): void {
    if (!channel.alive) return;
    if (this.closed || mails + 1 >= MAILS_PER_CHANNEL) return channel.close();
    const timer = setTimeout(() => {
      const at = this.idle.findIndex((entry) => entry.channel === channel);
      if (at !== -1) this.idle.splice(at, 1);
      channel.close();
    }, IDLE_CLOSE_MS);
    timer.unref();
    this.idle.push({ channel, mails: mails + 1, timer });
  }

  private async connect(): Promise<SmtpChannel> {
    const channel = await this.open();
    await this.connected(channel);
    return channel;
  }

  /** Connects; an OAuth2 token that the server refuses is renewed once. */
  private async open(): Promise<SmtpChannel> {
    const credentials = await this.credentials();
    try {
      return await SmtpChannel.open(this.server, credentials);
    } catch (error) {
      if (credentials.kind !== 'oauth2' || (error as { code?: unknown }).code !== 'EAUTH')
        throw error;
      return SmtpChannel.open(this.server, await this.credentials(credentials.accessToken));
    }
  }
}
