import type { OperatorCommand } from './command.js';
import { automationCommands } from './commands/automation.js';
import { configApply } from './commands/config-apply.js';
import { configCheck } from './commands/config-check.js';
import { configSchema } from './commands/config-schema.js';
import { migrateCommand } from './commands/migrate.js';
import { commands as calendarCommands } from '../modules/business-calendar/cli/index.js';

/** Every command of the operator's tool, in the order of the help. Modules contribute by their `cli/index.ts`. */
export const COMMANDS: readonly OperatorCommand[] = [
  configCheck,
  configApply,
  configSchema,
  migrateCommand,
  ...automationCommands,
  ...calendarCommands,
];
