import { commands as calendarCommands } from '../modules/business-calendar/cli/index.js';
import { commands as agentCommands } from '../modules/queues/cli/index.js';
import type { OperatorCommand } from './command.js';
import { automationCommands } from './commands/automation.js';
import { configApply } from './commands/config-apply.js';
import { configCheck } from './commands/config-check.js';
import { configSchema } from './commands/config-schema.js';
import { migrateCommand } from './commands/migrate.js';
import { commands as outboxCommands } from '../modules/outbound-mail/cli/index.js';
import { commands as templateCommands } from '../modules/templates/cli/index.js';

/** Every command of the operator's tool, in the order of the help. Modules contribute by their `cli/index.ts`. */
export const COMMANDS: readonly OperatorCommand[] = [
  configCheck,
  configApply,
  configSchema,
  migrateCommand,
  ...agentCommands,
  ...automationCommands,
  ...calendarCommands,
  ...outboxCommands,
  ...templateCommands,
];
