import { OperatorError } from '../../../platform/index.js';
import { table, type OperatorCommand } from '../../../cli/command.js';
import { ReplayMail } from '../commands/replay-mail.js';
import { DISPOSITIONS, IntakeDto } from '../http/intake.dto.js';
import { replayDto } from '../http/intake.controller.js';
import { IntakeListStore, type IntakeListing } from '../store/intake-list.store.js';

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
        .map(
          ([name, value]) =>
            `${name.padEnd(14)} ${value === null || value === undefined ? '-' : `${value as string | number | boolean}`}`,
        ),
      ...row.decisions.map(
        ({ filter, verdict, evidence }) =>
          `${filter.padEnd(18)} ${verdict.padEnd(8)} ${JSON.stringify(evidence ?? {})}`,
      ),
    ]);
  },
};

const replay: OperatorCommand = {
  name: 'intake replay',
  description:
    'run today’s code over the stored bytes: fills the ticket of a quarantined message, compares any other',
  arguments: [{ name: 'id', description: 'as in intake list' }],
  async run(context, input) {
    const recorded = await find(await context.get(IntakeListStore), input.arguments['id'] ?? '');
    const replayer = await context.get(ReplayMail);
    const result = replayDto(recorded, await replayer.run(recorded.id));
    context.output.result({ ...result, recorded: forOperator(recorded) }, () =>
      result.result === 'filled'
        ? `The ticket ${result.ticket} now holds the message.`
        : result.differs
          ? `Recorded as ${recorded.disposition}; today it would be ${result.disposition}. Nothing was changed.`
          : `Today it would be ${result.disposition} again. Nothing was changed.`,
    );
  },
};

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

export const commands: readonly OperatorCommand[] = [list, show, replay];
