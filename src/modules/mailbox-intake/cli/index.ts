import { OperatorError } from '../../../platform/index.js';
import { table, type OperatorCommand } from '../../../cli/command.js';
import { ReplayMail } from '../commands/replay-mail.js';
import { DISPOSITIONS, IntakeDto } from '../http/intake.dto.js';
import { IntakeListStore, type IntakeListing } from '../store/intake-list.store.js';
import { ReplayStore } from '../store/replay.store.js';
import { reconcile } from './reconcile.js';
import { forOperators, lines, Replays, summary } from './replays.js';

/** The operator sees what happened to which message, not what stands in it or who sent it (D20). */
function forOperator(row: IntakeListing): Omit<IntakeDto, 'from' | 'subject' | 'messageId'> {
  const { from: _from, subject: _subject, messageId: _messageId, ...rest } = IntakeDto.of(row);
  return rest;
}

const list: OperatorCommand = {
  name: 'intake list',
  description: 'messages that reached the mailboxes, newest first',
  options: [
    { flags: '--disposition <disposition>', description: 'only these', choices: DISPOSITIONS },
    { flags: '--mailbox <key>', description: 'only this mailbox' },
    { flags: '--limit <n>', description: 'at most so many, up to 1000', default: '25' },
    { flags: '--before <id>', description: 'older than this message' },
  ],
  async run(context, { options }) {
    const limit = Number(options['limit']);
    if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) {
      throw new OperatorError('--limit needs a whole number from 1 to 1000.');
    }
    const store = await context.get(IntakeListStore);
    const rows = await store.list(null, {
      disposition: (options['disposition'] as string | undefined) ?? null,
      mailboxKey: (options['mailbox'] as string | undefined) ?? null,
      beforeId: typeof options['before'] === 'string' ? idOf(options['before']) : null,
      limit,
    });
    context.output.result(rows.map(forOperator), () =>
      table(
        ['id', 'received', 'mailbox', 'folder', 'uid', 'bytes', 'disposition', 'ticket', 'error'],
        rows.map((row) => [
          row.id,
          row.receivedAt,
          row.mailboxKey,
          row.folder,
          row.uid,
          row.sizeBytes,
          row.disposition ?? 'waiting',
          row.ticketId,
          row.error?.slice(0, 60) ?? null,
        ]),
      ),
    );
  },
};

const show: OperatorCommand = {
  name: 'intake show',
  description: 'one message: where it came from and every decision with its evidence',
  arguments: [{ name: 'id', description: 'as in intake list' }],
  async run(context, input) {
    const row = await find(await context.get(IntakeListStore), input.arguments['id'] ?? '');
    context.output.result(forOperator(row), () => [
      ...Object.entries(forOperator(row))
        .filter(([name]) => name !== 'decisions')
        .map(([name, value]) => `${name.padEnd(14)} ${valueOf(value)}`),
      ...row.decisions.map(
        ({ filter, verdict, evidence, ms }) =>
          `${filter.padEnd(18)} ${verdict.padEnd(8)} ${String(ms).padStart(6)} ms  ${JSON.stringify(evidence ?? {})}`,
      ),
    ]);
  },
};

const replay: OperatorCommand = {
  name: 'intake replay',
  description:
    'run today’s code over stored messages: shows what differs, then applies it; fills the tickets of quarantined ones',
  arguments: [{ name: 'id', description: 'as in intake list', optional: true }],
  options: [
    { flags: '--since <instant>', description: 'all received since then: 2026-11-01 or RFC 3339' },
    { flags: '--mailbox <key>', description: 'with --since: only this mailbox' },
    { flags: '--dry-run', description: 'shows what differs and changes nothing' },
  ],
  async run(context, { arguments: { id }, options }) {
    const dryRun = options['dryRun'] === true;
    const replays = new Replays(
      await context.get(IntakeListStore),
      await context.get(ReplayMail),
      dryRun,
    );
    if ((id === undefined) === (options['since'] === undefined))
      throw new OperatorError('Name one message, or --since an instant.');
    if (id !== undefined) {
      const { recorded, result } = await replays.one(idOf(id));
      context.output.result({ ...forOperators(result), recorded: forOperator(recorded) }, () => [
        ...lines(id, result),
        summary([result], 0, dryRun),
      ]);
      return;
    }
    const mailbox = (options['mailbox'] as string | undefined) ?? null;
    const done = await replays.since(
      await context.get(ReplayStore),
      instantOf(String(options['since'])),
      mailbox,
      // One at a time, while it goes on: what differs stands there before it is applied to the next.
      (each, result) => lines(each, result).forEach((line) => context.output.say(line)),
    );
    const { differing, failed, messages } = done;
    context.output.result(
      {
        messages,
        failed,
        dryRun,
        differing: differing.map(({ id: each, result }) => ({ id: each, ...forOperators(result) })),
      },
      () =>
        summary(
          differing.map(({ result }) => result),
          messages - differing.length - failed,
          dryRun,
          failed,
        ),
    );
  },
};

function valueOf(value: unknown): string {
  if (value === null || value === undefined) return '-';
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number);
}

async function find(store: IntakeListStore, id: string): Promise<IntakeListing> {
  const row = await store.find(null, idOf(id));
  if (row === null)
    throw new OperatorError(`There is no message ${id}; helpdesk intake list shows what there is.`);
  return row;
}

function idOf(text: string): string {
  if (!/^\d{1,18}$/.test(text)) throw new OperatorError(`${text} is no id of a message.`);
  return text;
}

/** An instant, or the beginning of a day where this machine is. */
function instantOf(text: string): Date {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const instant = new Date(day ? `${text}T00:00:00` : text);
  if (Number.isNaN(instant.getTime()))
    throw new OperatorError(`${text} is no day (2026-11-01) and no instant (RFC 3339).`);
  return instant;
}

export const commands: readonly OperatorCommand[] = [list, show, replay, reconcile];
