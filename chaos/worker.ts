import { spawn, type ChildProcess } from 'node:child_process';
import { openSync, closeSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { eventually } from '../test/support/eventually.js';
import { freePort } from '../test/support/ports.js';
import { CHECKOUT } from '../test/support/product.js';
import type { Inside } from './inside.js';
import type { Patch } from './patches.js';

export interface WorkerSettings {
  /** Also its name towards PostgreSQL, by which the guards of the laboratory know it. */
  readonly name: string;
  readonly role: 'all' | 'worker';
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly patches: readonly Patch[];
}

/** One process of the product (`dist/src/main.js`), started, killed and started again by the laboratory itself. */
export class Worker {
  private child: ChildProcess | null = null;
  private ended: Promise<void> = Promise.resolve();
  readonly faultFile: string;
  readonly clockFile: string;
  readonly logFile: string;
  url = '';
  /** How often the process ended by itself. */
  crashes = 0;

  constructor(readonly settings: WorkerSettings) {
    const file = (kind: string): string =>
      path.join(settings.directory, `${settings.name}.${kind}`);
    this.faultFile = file('faults');
    this.logFile = file('log');
    this.clockFile = path.join(settings.directory, 'clock');
    writeFileSync(this.faultFile, '', { flag: 'a' });
    writeFileSync(this.clockFile, '0', { flag: 'a' });
  }

  get running(): boolean {
    return this.child !== null;
  }

  /** Starts the process; `boot` also waits until it is ready. */
  async start(fault?: Inside['fault']): Promise<void> {
    if (this.child !== null) return;
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    const { env, role, name, patches } = this.settings;
    const { clockFile, faultFile } = this;
    const inside: Inside = {
      patches,
      clockFile,
      faultFile,
      ...(fault === undefined ? {} : { fault }),
    };
    const log = openSync(this.logFile, 'a');
    const child = spawn(
      process.execPath,
      [
        '--import',
        pathToFileURL(path.join(CHECKOUT, 'dist/chaos/inside.js')).href,
        path.join(CHECKOUT, 'dist/src/main.js'),
      ],
      {
        cwd: CHECKOUT,
        env: {
          ...env,
          PORT: String(port),
          HELPDESK_ROLE: role,
          PGAPPNAME: name,
          HELPDESK_CHAOS: JSON.stringify(inside),
        },
        stdio: ['ignore', log, log],
      },
    );
    closeSync(log);
    this.child = child;
    this.ended = new Promise((resolve) => {
      child.once('exit', (code) => {
        if (this.child === child) this.child = null;
        // Killed it has no code; ending by itself is nothing that a fault explains.
        if (code !== null && code !== 0) this.crashes += 1;
        resolve();
      });
    });
  }

  async boot(fault?: Inside['fault']): Promise<void> {
    const before = this.crashes;
    await this.start(fault);
    await eventually(
      `${this.settings.name} is ready`,
      async () =>
        !this.running || (await fetch(`${this.url}/health/ready`).catch(() => null))?.ok === true,
      60_000,
    );
    if (this.crashes > before)
      throw new Error(
        `The product did not start: ${readFileSync(this.logFile, 'utf8').slice(-1_000)}`,
      );
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.child?.kill(signal);
    await this.ended;
  }

  /** Waits for the process to end by itself, at its step. */
  async death(timeoutMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), timeoutMs);
    });
    const died = await Promise.race([this.ended.then(() => true), tooLate]);
    clearTimeout(timer);
    return died;
  }

  /** Steps at which this process was ended or stopped, so far. */
  faults(): string[] {
    return readFileSync(this.faultFile, 'utf8').split('\n').filter(Boolean);
  }

  /** Errors of the log that no fault explains: the process ended by itself. */
  fatals(): string[] {
    return readFileSync(this.logFile, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"level":"fatal"') || line.includes('no longer fits'));
  }
}
