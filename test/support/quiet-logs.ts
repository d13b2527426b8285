/**
 * For every spec file: the product's logs stay out of the report and go to a file of this run, which is searched for
 * secrets at the end. `LOG_LEVEL=info npm test …` shows them as well.
 */
import { sendLogsTo, setLogLevel } from '../../src/platform/logging.js';
import { keepOutput } from './kept-output.js';

const shown = process.env['LOG_LEVEL'];
sendLogsTo((line) => {
  keepOutput('jest', line);
  if (shown !== undefined) process.stdout.write(line);
});
setLogLevel(shown ?? 'debug');
