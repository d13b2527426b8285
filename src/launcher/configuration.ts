import { existsSync } from 'node:fs';
import { DataSource } from 'typeorm';
import type { Environment } from '../config/env.js';
import {
  ApplyConfig,
  readConfigFile,
  refusal,
  type ConfigProblem,
  type LoadedConfig,
} from '../config/index.js';
import { createLogger, Database, OperatorError, SystemClock } from '../platform/index.js';

const log = createLogger('configuration');

/**
 * The checked configuration file. Problems of the process variables and of the file are one report. Throws an
 * OperatorError: where the file is missing with what to do, else with everything that is wrong.
 */
export function checkedConfiguration(
  environment: Environment,
  environmentProblems: readonly ConfigProblem[],
): LoadedConfig {
  const file = environment.configFile;
  if (!existsSync(file)) {
    if (environmentProblems.length > 0) throw refusal(environmentProblems, file);
    throw new OperatorError(
      `There is no configuration at ${file}. To look around first, with a mail server and sample mail of its own:\n\n` +
        `    npm run demo\n\n` +
        `For your own mailboxes copy helpdesk.example.yaml to ${file}, fill it in (or set HELPDESK_CONFIG to another file), then:\n\n` +
        `    npm run helpdesk -- config check && npm start`,
    );
  }
  const result = readConfigFile(file, environment.variables);
  const fileProblems = 'problems' in result ? result.problems : [];
  if (environmentProblems.length > 0 || 'problems' in result) {
    throw refusal([...environmentProblems, ...fileProblems], file);
  }
  for (const warning of result.warnings) log.warn(warning, 'configuration warning');
  return result;
}

/** Writes the configuration into the database as its newest version, if it differs from the one in force. */
export async function applyConfiguration(databaseUrl: string, loaded: LoadedConfig): Promise<void> {
  const dataSource = await new DataSource({ type: 'postgres', url: databaseUrl }).initialize();
  try {
    const apply = new ApplyConfig(new Database(dataSource), new SystemClock());
    const applied = await apply.run(loaded, 'start');
    for (const note of applied.notes) log.warn(note);
    if (applied.changed) {
      log.info(
        { version: applied.version, changes: applied.changes.length },
        'configuration applied',
      );
    }
  } finally {
    await dataSource.destroy();
  }
}
