import type { OperatorCommand } from '../../../cli/command.js';
import { CancelMail } from '../commands/cancel-mail.js';
import { OPERATOR, outboxId, sayingWhy } from './outbox-retry.js';

export const outboxCancel: OperatorCommand = {
  name: 'outbox cancel',
  description:
    'Take back a mail that has not begun to leave (queued or held), or end the doubt about one of unknown fate',
  arguments: [{ name: 'id', description: 'The id that "outbox list" shows' }],
  async run(context, input) {
    const id = outboxId(input.arguments['id']);
    const command = await context.get(CancelMail);
    await sayingWhy(() => command.run(id, OPERATOR, { value: null, source: 'body' }));
    context.output.result({ id, state: 'cancelled' }, () => `Mail ${id} is cancelled.`);
  },
};
