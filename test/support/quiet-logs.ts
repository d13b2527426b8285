/** For every spec file: the product's logs stay out of the report. `LOG_LEVEL=info npm test …` shows them. */
import { setLogLevel } from '../../src/platform/logging.js';

setLogLevel(process.env['LOG_LEVEL'] ?? 'silent');
