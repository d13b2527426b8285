import type { OperatorCommand } from './command.js';
import { automationCommands } from './commands/automation.js';
import { configApply } from './commands/config-apply.js';
import { configCheck } from './commands/config-check.js';
import { configSchema } from './commands/config-schema.js';
import { migrateCommand } from './commands/migrate.js';

interface Contribution {
  /** First words of the module's commands. */
  readonly words: readonly string[];
  readonly load: () => Promise<{ readonly commands: readonly OperatorCommand[] }>;
}

/** Commands that need no module. */
const OWN = [configCheck, configApply, configSchema, migrateCommand, ...automationCommands];

/**
 * What modules contribute, by their `cli/index.ts`, in the order of the help. Loaded only when one of the words is
 * typed (or all are to be shown): a module brings its whole store along, and `config check` is to answer at once.
 */
const CONTRIBUTED: readonly Contribution[] = [
  { words: ['mailbox'], load: () => import('../modules/mailboxes/cli/index.js') },
  { words: ['agent', 'token'], load: () => import('../modules/queues/cli/index.js') },
  { words: ['calendar'], load: () => import('../modules/business-calendar/cli/index.js') },
  { words: ['calendar'], load: () => import('../modules/sla/cli/index.js') },
  { words: ['template'], load: () => import('../modules/templates/cli/index.js') },
  { words: ['intake'], load: () => import('../modules/mailbox-intake/cli/index.js') },
  { words: ['reasons'], load: () => import('../modules/contact-reasons/cli/index.js') },
  { words: ['reasons'], load: () => import('../modules/tickets/cli/index.js') },
  { words: ['storage'], load: () => import('../modules/files/cli/index.js') },
  { words: ['backup', 'restore'], load: () => import('../operations/backup/cli/index.js') },
  { words: ['outbox'], load: () => import('../modules/outbound-mail/cli/index.js') },
  { words: ['report', 'export'], load: () => import('../modules/reporting/cli/index.js') },
  { words: ['webhook'], load: () => import('../modules/webhooks/cli/index.js') },
];

/** The commands that a command line can mean: those of its first word, else every one. */
export async function commandsFor(argv: readonly string[]): Promise<readonly OperatorCommand[]> {
  const [word = ''] = argv;
  if (OWN.some(({ name }) => name.split(' ')[0] === word)) return OWN;
  const meant = CONTRIBUTED.filter(({ words }) => words.includes(word));
  const lists = await Promise.all(
    (meant.length > 0 ? meant : CONTRIBUTED).map(({ load }) => load()),
  );
  return [...OWN, ...lists.flatMap(({ commands }) => commands)];
}
