import { Background, Wakeups, createLogger, type BackgroundWork } from '../../platform/index.js';

const log = createLogger('tickets');

/** Work that is looked for every so often in worker processes; what fails is tried again at the next round. */
export abstract class PeriodicWork implements BackgroundWork {
  protected readonly stopping = new AbortController();
  private running: Promise<void> | null = null;

  constructor(
    private readonly workName: string,
    private readonly everyMs: number,
    private readonly background: Background,
    private readonly wakeups: Wakeups,
  ) {}

  onModuleInit(): void {
    this.background.register(this.workName, this);
  }

  start(): void {
    this.running ??= this.loop();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** One round; returns how much was done. Tests call it directly. */
  abstract round(): Promise<number>;

  private async loop(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.round();
      } catch (error) {
        log.error({ err: error, work: this.workName }, 'a round failed, tried again later');
      }
      await this.wakeups.sleep(`tickets.${this.workName}`, this.everyMs, this.stopping.signal);
    }
  }
}
