interface Results {
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly numPassedTests: number;
  readonly numPendingTests: number;
}

export default class PlainReporter {
  constructor(
    global: unknown,
    options: { leftOut?: readonly string[]; output?: string; print?: (text: string) => void },
  );
  onRunComplete(contexts: unknown, results: Results): void;
  getLastError(): Error | undefined;
}
