import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { packageRoot } from './package-root.js';

/** What the supervisor needs to know of a checked environment. */
export interface Checked {
  readonly dataDirectory: string;
  readonly databaseUrl: string | null;
  readonly logLevel: string;
}

/**
 * `prepare.ts` as a child process: parsing and checking a configuration takes libraries and memory that the supervisor,
 * which lives for months, need not keep. What is wrong is printed by the child; here it is an exit code.
 */
export class Preparation {
  private readonly child: ChildProcess;
  private readonly exited: Promise<number>;

  constructor(options: { variables: NodeJS.ProcessEnv; output?: number }) {
    this.child = fork(path.join(packageRoot(), 'dist/src/launcher/prepare.js'), {
      env: options.variables,
      stdio: ['ignore', options.output ?? 'inherit', 'inherit', 'ipc'],
    });
    this.exited = new Promise((resolve, reject) => {
      this.child.once('exit', (code) => resolve(code ?? 1));
      this.child.once('error', reject);
    });
  }

  /** The checked environment, or the exit code of a refusal. */
  checked(): Promise<Checked | number> {
    const said = new Promise<Checked>((resolve) => {
      this.child.once('message', (message) => resolve(message as Checked));
    });
    return Promise.race([said, this.exited]);
  }

  /** Migrates the database and applies the configuration; returns the exit code, 0 when done. */
  apply(databaseUrl: string): Promise<number> {
    this.child.send(databaseUrl);
    return this.exited;
  }

  /** Ends what is still going on; a migration is one transaction and comes again at the next start. */
  cancel(): void {
    if (this.child.exitCode === null) this.child.kill('SIGKILL');
  }
}
