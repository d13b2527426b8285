/** `npm start`: database, migrations, configuration, then the helpdesk itself as a supervised child. */
import { runMain } from './run-main.js';
import { Running } from './running.js';

runMain(() => {
  const running = new Running({ variables: process.env });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => running.stop());
  return running.run();
});
