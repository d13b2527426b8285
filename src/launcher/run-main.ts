import { OperatorError } from '../platform/errors.js';
import { OPERATOR_EXIT } from './supervisor.js';

/**
 * Runs a program's main function and ends the process with its code. A mistake of the operator's is one sentence and
 * exit code 2; anything else is a defect: it is shown in full, exit code 1.
 */
export function runMain(main: () => Promise<number>): void {
  main().then(
    (code) => process.exit(code),
    (error: unknown) => {
      if (error instanceof OperatorError) {
        process.stderr.write(`\n${error.message}\n\n`);
        process.exit(OPERATOR_EXIT);
      }
      console.error(error);
      process.exit(1);
    },
  );
}
