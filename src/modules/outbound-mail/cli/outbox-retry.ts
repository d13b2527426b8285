import type { OperatorCommand } from '../../../cli/command.js';
import { AppError, OperatorError } from '../../../platform/index.js';
import { RetryMail, type MailActor } from '../commands/retry-mail.js';

/** The operator at the console decides without a queue of her own; the decision is recorded as hers. */
export const OPERATOR: MailActor = { agentId: null, visibleQueues: null };

export const outboxRetry: OperatorCommand = {
  name: 'outbox retry',
  description: 'Send a mail again, perhaps to a corrected recipient; also one of unknown fate',
  arguments: [{ name: 'id', description: 'The id that "outbox list" shows' }],
  options: [
    { flags: '--recipient <address>', description: 'The right address' },
    {
      flags: '--replaces <address>',
      description: 'The wrong address; default: the one that failed',
    },
  ],
  async run(context, input) {
    const id = outboxId(input.arguments['id']);
    const recipient = input.options['recipient'] as string | undefined;
    const replaces = (input.options['replaces'] as string | undefined) ?? null;
    if (recipient !== undefined && !/^[^\s@<>]+@[^\s@<>]+$/.test(recipient)) {
      throw new OperatorError('--recipient takes an e-mail address.');
    }
    const correction = recipient === undefined ? null : { recipient, replaces };
    const command = await context.get(RetryMail);
    await sayingWhy(() => command.run(id, OPERATOR, { value: null, source: 'body' }, correction));
    context.output.result({ id, state: 'queued' }, () => `Mail ${id} is queued again.`);
  },
};

export function outboxId(text: string | undefined): string {
  if (text === undefined || !/^\d{1,18}$/.test(text))
    throw new OperatorError('The id is a number.');
  return text;
}

/** A refusal as one sentence for the operator. */
export async function sayingWhy<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const fields = error.fields.map(({ path, reason }) => `${path} ${reason}`).join('; ');
    throw new OperatorError(`${error.detailEn}${fields === '' ? '' : `: ${fields}`}.`, {
      cause: error,
    });
  }
}
