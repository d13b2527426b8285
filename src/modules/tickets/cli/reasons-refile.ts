import { table, type CommandContext, type OperatorCommand } from '../../../cli/command.js';
import { CurrentConfig } from '../../../config/index.js';
import { OperatorError } from '../../../platform/index.js';
import {
  RefileReasons,
  type RefilingOrder,
  type RefilingResult,
} from '../commands/refile-reasons.js';

/** `reasons refile`: contact reasons of history, decided anew. */
export const reasonsRefile: OperatorCommand = {
  name: 'reasons refile',
  description: 'decides the reasons of tickets anew that nobody has set, or renames a reason',
  options: [
    { flags: '--dry-run', description: 'only say what would change' },
    { flags: '--since <day>', description: 'only tickets opened since this day, YYYY-MM-DD (UTC)' },
    {
      flags: '--move',
      description:
        'also move open tickets that nobody has to the queue of their reason; never out of a private queue',
    },
    { flags: '--from <key>', description: 'every ticket of this reason, whoever set it …' },
    { flags: '--to <key>', description: '… gets this one' },
  ],
  async run(context, { options }) {
    const order: RefilingOrder = {
      dryRun: options['dryRun'] === true,
      move: options['move'] === true,
      since: sinceOf(options['since']),
      rename: await renameOf(context, options['from'], options['to']),
    };
    const result = await (await context.get(RefileReasons)).run(order);
    context.output.result({ dryRun: order.dryRun, ...result }, () => inLines(order, result));
  },
};

function sinceOf(given: unknown): Date | null {
  if (given === undefined) return null;
  const day = typeof given === 'string' ? given : '';
  const since = /^\d{4}-\d{2}-\d{2}$/.test(day) ? new Date(`${day}T00:00:00Z`) : null;
  if (since === null || Number.isNaN(since.getTime())) {
    throw new OperatorError(`--since needs a day such as 2026-11-01, not "${day}".`);
  }
  return since;
}

async function renameOf(
  context: CommandContext,
  from: unknown,
  to: unknown,
): Promise<RefilingOrder['rename']> {
  if (from === undefined && to === undefined) return null;
  if (typeof from !== 'string' || typeof to !== 'string') {
    throw new OperatorError('--from and --to belong together.');
  }
  const { reasons } = (await context.get(CurrentConfig)).get();
  if (reasons[from] === undefined) throw new OperatorError(`There never was a reason "${from}".`);
  if (reasons[to]?.retired !== false) throw new OperatorError(`"${to}" is not a reason in use.`);
  return { from, to };
}

function inLines({ dryRun }: RefilingOrder, result: RefilingResult): string[] {
  const { examined, changed, moved, changes } = result;
  return [
    `${examined} tickets looked at; ${changed} ${dryRun ? 'would change' : 'changed'}, ${moved} of them ${dryRun ? 'would move' : 'moved'} to another queue.`,
    ...(changes.length === 0
      ? []
      : table(
          ['from', 'to', 'tickets'],
          changes.map(({ from, to, tickets }) => [from ?? '(none)', to ?? '(none)', tickets]),
        )),
  ];
}
