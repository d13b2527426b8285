import { rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { findSecrets, FIXED_SECRETS, registered } from './secret-search.mjs';

/**
 * The closing line of a test run: `N passed, N failed`, after the tiers that were left out. A secret of the run that
 * stands in anything that was logged is a failure, with its name and the file, which is then kept.
 */
export default class PlainReporter {
  constructor(_global, options) {
    this.leftOut = options?.leftOut ?? [];
    this.output = options?.output;
    // At exit, so that nothing that Jest prints comes after it.
    this.print = options?.print ?? ((text) => process.once('exit', () => writeSync(1, text)));
    this.leaks = [];
  }

  onRunComplete(_contexts, results) {
    const secrets = this.searched();
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites + this.leaks.length;
    const skipped = results.numPendingTests ? `, ${results.numPendingTests} skipped` : '';
    const lines = [
      ...this.leftOut.map((tier) => `left out: ${tier}\n`),
      ...this.leaks.map(
        ({ secret, file, line }) => `SECRET IN A LOG: ${secret}, ${file}:${line}\n`,
      ),
      secrets,
    ].join('');
    this.print(`${lines}${results.numPassedTests} passed, ${failed} failed${skipped}\n`);
  }

  /** Jest asks after the run: an error makes the whole run fail. */
  getLastError() {
    return this.leaks.length === 0
      ? undefined
      : new Error(`${this.leaks.length} secret(s) of this run stand in logs`);
  }

  searched() {
    if (this.output === undefined) return '';
    const server = globalThis.helpdeskTestServer;
    const further = server === undefined ? [] : [path.join(server.directory, 'postgres.log')];
    this.leaks = findSecrets(this.output, further);
    const count = FIXED_SECRETS.length + registered(this.output).length;
    if (this.leaks.length === 0) rmSync(this.output, { recursive: true, force: true });
    return `logs searched for ${count} secrets of this run: ${this.leaks.length} found\n`;
  }
}
