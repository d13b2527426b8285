/** The closing line of a test run: `N passed, N failed`, after the tiers that were left out. */
export default class PlainReporter {
  constructor(_global, options) {
    this.leftOut = options?.leftOut ?? [];
  }

  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    for (const tier of this.leftOut) process.stdout.write(`\nleft out: ${tier}`);
    process.stdout.write(
      `\n${results.numPassedTests} passed, ${failed} failed${results.numPendingTests ? `, ${results.numPendingTests} skipped` : ''}\n`,
    );
  }
}
