import type { CommandContext, CommandInput, OperatorCommand } from '../../../cli/command.js';
import { CurrentConfig } from '../../../config/index.js';
import { Mailboxes } from '../mailboxes.facade.js';
import { configuredMailbox } from './configured-mailbox.js';

/** D1: `startFrom: all` and later changes of `startFrom` take effect only by this command. */
export const mailboxStart: OperatorCommand = {
  name: 'mailbox start',
  description: 'confirms startFrom of the applied configuration: from when on mail becomes tickets',
  arguments: [{ name: 'name', description: 'key of the mailbox' }],
  run: start,
};

async function start(context: CommandContext, input: CommandInput): Promise<void> {
  const key = input.arguments['name'] ?? '';
  const mailbox = configuredMailbox((await context.get(CurrentConfig)).get(), key);
  const mailboxes = await context.get(Mailboxes);
  const startAt = await mailboxes.confirmStart(key, 'cli');
  const { startFrom } = mailbox;
  context.output.result({ mailbox: key, startFrom, startAt: startAt?.toISOString() ?? null }, () =>
    startAt === null
      ? `Mailbox ${key}: everything that lies in its folders becomes tickets.`
      : `Mailbox ${key}: mail received from ${startAt.toISOString()} on becomes tickets; older mail is historical.`,
  );
}
