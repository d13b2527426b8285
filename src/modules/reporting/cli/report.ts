import { table, type CommandInput, type OperatorCommand } from '../../../cli/command.js';
import { AppError, Database, OperatorError } from '../../../platform/index.js';
import { csvOf } from '../domain/csv.js';
import { DIMENSIONS, PERIODS, REPORTS, type ReportName } from '../domain/report.js';
import { tableOf } from '../domain/report-tables.js';
import { Reports, type ReportAnswer, type ReportRequest } from '../reports.facade.js';
import { queueKeys } from '../store/queue-keys.js';

/** `report NAME`: the figures of every queue, private ones included, and nobody's words (D20). */
export const report: OperatorCommand = {
  name: 'report',
  description: `figures of every queue: ${REPORTS.join(', ')}`,
  arguments: [{ name: 'name', description: 'which one' }],
  options: [
    { flags: '--from <day>', description: 'first day, YYYY-MM-DD; 30 days in all if left out' },
    { flags: '--to <day>', description: 'last day, included; today if left out' },
    { flags: '--group-by <what>', description: 'put together by', choices: DIMENSIONS },
    { flags: '--period <what>', description: 'a row for each', choices: PERIODS },
    { flags: '--queue <key...>', description: 'only these queues' },
    { flags: '--reason <key...>', description: 'only these reasons, or none' },
    { flags: '--mailbox <key...>', description: 'only these mailboxes' },
    { flags: '--tag <tag>', description: 'only tickets that carry it' },
    { flags: '--calendar <name>', description: 'whose zone and business days', default: 'default' },
    { flags: '--csv', description: 'as a Brazilian Excel opens it' },
  ],
  async run(context, input) {
    const name = nameOf(input.arguments['name']!);
    const reports = await context.get(Reports);
    const countedQueues = await queueKeys(await context.get(Database));
    const answer = await plainly(() =>
      reports.run(name, { countedQueues, readableQueues: [] }, requestOf(input)),
    );
    context.output.result(answer.report, () => inText(name, answer, input));
  },
};

function nameOf(said: string): ReportName {
  const name = REPORTS.find((one) => one === said);
  if (name === undefined) {
    throw new OperatorError(`There is no report "${said}"; there are ${REPORTS.join(', ')}.`);
  }
  return name;
}

function requestOf({ options }: CommandInput): ReportRequest {
  const { from, to, groupBy, period, queue, reason, mailbox, tag, calendar } = options as Record<
    string,
    never
  >;
  return {
    from,
    to,
    groupBy,
    period,
    queues: queue,
    reasons: reason,
    mailboxes: mailbox,
    tag,
    calendar,
  };
}

function inText(
  name: ReportName,
  { report: answered, weekdays }: Awaited<ReturnType<Reports['run']>>,
  { options }: CommandInput,
): string | string[] {
  const { header, rows } = tableOf(name, answered as ReportAnswer<never>['report'], weekdays);
  if (options['csv'] === true) return csvOf(header, rows, 'semicolon').trimEnd();
  return table(header, rows);
}

async function plainly<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const fields = error.fields.map(({ path, reason }) => `--${path} ${reason}`).join('; ');
    throw new OperatorError(fields === '' ? error.detailEn : `${fields}.`);
  }
}
