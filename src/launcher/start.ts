/** `npm start`: database, migrations, configuration, then the helpdesk itself as a supervised child. */
import { readEnvironment } from '../config/env.js';
import { setLogLevel } from '../platform/logging.js';
import { checkedConfiguration } from './configuration.js';
import { assertPortFree } from './port.js';
import { runMain } from './run-main.js';
import { Running } from './running.js';

async function main(): Promise<number> {
  const { environment, problems } = readEnvironment();
  setLogLevel(environment.logLevel);
  const loaded = checkedConfiguration(environment, problems);
  await assertPortFree(environment.port, loaded.config.http.listen);
  const running = new Running({ environment, loaded });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => running.stop());
  return running.run();
}

runMain(main);
