import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { createLogger } from '../platform/logging.js';

const log = createLogger('supervisor');

/** How a child may end that starting it again would not mend: the operator has to act (exit code of OperatorError). */
export const OPERATOR_EXIT = 2;
const FIRST_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 30_000;
/** A child that lived this long was well; the next crash starts with the first back-off again. */
const HEALTHY_AFTER_MS = 60_000;
/** The child has 10 s for a graceful stop; a little more, and it is killed. */
const STOP_WITHIN_MS = 10_500;

export interface SupervisorOptions {
  /** Module to run. */
  readonly module: string;
  /** Asked at every start of the child. */
  readonly env: () => NodeJS.ProcessEnv;
  /** File descriptor for the child's output; default: ours. */
  readonly output?: number;
  readonly firstBackoffMs?: number;
}

/**
 * Runs one child process and starts it again when it ends by itself, after 0.5 s, 1 s, 2 s … up to 30 s. The child
 * holds a channel to us and stops by itself when we are gone, so a killed supervisor leaves nothing behind.
 */
export class Supervisor {
  private readonly stopping = new AbortController();
  private child: ChildProcess | null = null;

  constructor(private readonly options: SupervisorOptions) {}

  /** Resolves with the exit code to end with: 0 after `stop`, 2 where the operator has to act. */
  async run(): Promise<number> {
    const first = this.options.firstBackoffMs ?? FIRST_BACKOFF_MS;
    for (let backoffMs = first; ; backoffMs = Math.min(MAX_BACKOFF_MS, backoffMs * 2)) {
      if (this.stopping.signal.aborted) return 0;
      const startedAt = performance.now();
      const { code, signal } = await this.runOnce();
      if (this.stopping.signal.aborted) return code === 0 ? 0 : 1;
      if (code === OPERATOR_EXIT) return OPERATOR_EXIT;
      if (performance.now() - startedAt > HEALTHY_AFTER_MS) backoffMs = first;
      log.error(
        { code, signal, restartInMs: backoffMs },
        'the helpdesk process ended, starting it again',
      );
      await delay(backoffMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  /** Ends the child in good order: SIGTERM, ten seconds, SIGKILL. `run` resolves afterwards. Safe to call again. */
  stop(): void {
    if (this.stopping.signal.aborted) return;
    this.stopping.abort();
    this.endChild();
  }

  /** Ends the child in good order, to be started again with a fresh environment: what it stands on has moved. */
  restart(): void {
    this.child?.kill('SIGTERM');
  }

  private endChild(): void {
    const { child } = this;
    if (child === null) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => {
      log.error('the helpdesk process did not stop within 10 seconds, killing it');
      child.kill('SIGKILL');
    }, STOP_WITHIN_MS);
    child.once('exit', () => clearTimeout(timer));
  }

  private runOnce(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    const output = this.options.output ?? 'inherit';
    return new Promise((resolve, reject) => {
      const child = fork(this.options.module, {
        env: this.options.env(),
        // Four threads' worth of V8's default young generation is 100 MiB that large mail would fill for nothing:
        // measured with 20 × 25 MB attachments, 4 MiB semi-spaces take the peak from 435 to 335 MiB.
        execArgv: ['--max-semi-space-size=4'],
        stdio: ['ignore', output, output, 'ipc'],
      });
      this.child = child;
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        this.child = null;
        resolve({ code, signal });
      });
    });
  }
}
