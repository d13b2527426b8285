import { writeSync } from 'node:fs';

/** The closing line of a test run: `N passed, N failed`, after the tiers that were left out. */
export default class PlainReporter {
  constructor(_global, options) {
    this.leftOut = options?.leftOut ?? [];
  }

  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests ? `, ${results.numPendingTests} skipped` : '';
    const lines = this.leftOut.map((tier) => `left out: ${tier}\n`).join('');
    // At exit, so that nothing that Jest prints comes after it.
    process.once('exit', () => {
      writeSync(1, `${lines}${results.numPassedTests} passed, ${failed} failed${skipped}\n`);
    });
  }
}
