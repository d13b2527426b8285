/** Work that goes on by itself in worker processes: mailbox sessions, senders, watchers, the event dispatcher. */
export interface BackgroundWork {
  /** Begins; must not throw: what fails is retried inside. */
  start(): void;
  /** Finishes or hands back what it holds; resolves within 10 seconds. */
  stop(): Promise<void>;
}

/** Modules register their background work while they are wired; `main.ts` starts it when the role says so. */
export class Background {
  private readonly works = new Map<string, BackgroundWork>();
  private started = false;

  register(name: string, work: BackgroundWork): void {
    if (this.works.has(name)) throw new Error(`Background work ${name} is registered twice`);
    this.works.set(name, work);
  }

  startAll(): void {
    if (this.started) return;
    this.started = true;
    for (const work of this.works.values()) work.start();
  }

  /** Stops everything side by side; resolves when all have handed back what they held. */
  async stopAll(): Promise<void> {
    if (!this.started) return;
    this.started = false;
    await Promise.allSettled([...this.works.values()].map((work) => work.stop()));
  }
}
