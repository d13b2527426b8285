import { CurrentConfig } from '../../../config/index.js';
import { messageOf, OperatorError } from '../../../platform/index.js';
import { table, type OperatorCommand } from '../../../cli/command.js';
import { ReconcileByOperator } from '../commands/reconcile-by-operator.js';
import type { ReconciliationReport } from '../domain/reconciliation.js';

/** What came of one mailbox. */
interface Answer {
  readonly mailbox: string;
  /** Differences that are left; null where it could not be compared. */
  readonly differences: number | null;
  readonly error: string | null;
  readonly report: ReconciliationReport | null;
}

/** D22: the proof that nothing is missing. Exit code 1: something is, or could not be compared. */
export const reconcile: OperatorCommand = {
  name: 'intake reconcile',
  description:
    'compares every message on the servers with what is recorded; --fix fetches what is missing',
  options: [
    { flags: '--mailbox <key>', description: 'only this mailbox' },
    { flags: '--fix', description: 'fetches what is missing, as if it had just come' },
    {
      flags: '--timeout <seconds>',
      description: 'how long the worker that holds a mailbox is waited for',
      default: '600',
    },
  ],
  async run(context, { options }) {
    const seconds = Number(options['timeout']);
    if (!Number.isInteger(seconds) || seconds < 1)
      throw new OperatorError('--timeout needs a whole number of seconds.');
    const config = await context.get(CurrentConfig);
    const keys = mailboxesOf(config.get().mailboxes, options['mailbox'] as string | undefined);
    const command = await context.get(ReconcileByOperator);
    const answers: Answer[] = [];
    for (const key of keys)
      answers.push(await ask(command, key, options['fix'] === true, seconds * 1_000));
    const clean = answers.every(({ differences }) => differences === 0);
    context.output.result({ clean, mailboxes: answers }, () => answers.flatMap(lines));
    return clean ? 0 : 1;
  },
};

function mailboxesOf(
  mailboxes: Readonly<Record<string, { readonly retired: boolean }>>,
  wanted: string | undefined,
): string[] {
  const watched = Object.keys(mailboxes).filter((key) => mailboxes[key]!.retired === false);
  if (wanted === undefined) return watched;
  if (!watched.includes(wanted))
    throw new OperatorError(
      `No mailbox ${wanted} is watched; there are: ${watched.join(', ') || 'none'}.`,
    );
  return [wanted];
}

async function ask(
  command: ReconcileByOperator,
  mailbox: string,
  fix: boolean,
  timeoutMs: number,
): Promise<Answer> {
  try {
    const answer = await command.run(mailbox, fix, timeoutMs);
    if (answer !== null) {
      const { differences, error, report } = answer;
      return { mailbox, differences, error, report };
    }
    const error =
      'the worker that holds the mailbox has not answered in time; it will, see the alarms';
    return { mailbox, differences: null, error, report: null };
  } catch (error) {
    return { mailbox, differences: null, error: messageOf(error), report: null };
  }
}

function lines({ mailbox, differences, error, report }: Answer): string[] {
  if (report === null) return [`${mailbox}: could not be compared: ${error ?? 'no answer'}`];
  return [
    ...report.folders.map(
      (folder) =>
        `${mailbox} ${folder.folder}: ${folder.onServer} on the server, ${folder.recorded} recorded (${folder.historical} historical), ${folder.gone} no longer there, ${folder.waiting} just coming`,
    ),
    ...(report.items.length === 0
      ? []
      : table(
          ['folder', 'uid', 'message-id', 'received', 'bytes', 'difference', 'why'],
          report.items.map((item) => [
            item.folder,
            item.uid,
            item.messageId,
            item.receivedAt,
            item.sizeBytes,
            `${item.kind}${item.fixed ? ' (fixed)' : ''}`,
            item.why,
          ]),
        )),
    ...(report.omitted > 0 ? [`and ${report.omitted} more`] : []),
    ...report.unwatched.map(
      (folder) =>
        `${mailbox} ${folder}: was read once and is not watched now, so it was not compared. Name it in the mailbox's folders if mail is to be read there.`,
    ),
    ending(mailbox, report, differences),
  ];
}

function ending(mailbox: string, report: ReconciliationReport, left: number | null): string {
  const total = Object.values(report.differences).reduce((sum, count) => sum + count, 0);
  if (total > 0)
    return `${mailbox}: ${total} differences, ${report.fixed} fixed, ${left ?? 0} left.`;
  const waiting = report.folders.reduce((sum, folder) => sum + folder.waiting, 0);
  return waiting > 0
    ? `${mailbox}: ${waiting} not recorded yet (just coming); everything else on the server is recorded.`
    : `${mailbox}: everything on the server is recorded.`;
}
