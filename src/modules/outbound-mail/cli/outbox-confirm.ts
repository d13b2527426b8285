import type { OperatorCommand } from '../../../cli/command.js';
import { ConfirmMail } from '../commands/confirm-mail.js';
import { OPERATOR, outboxId, sayingWhy } from './outbox-retry.js';

export const outboxConfirm: OperatorCommand = {
  name: 'outbox confirm',
  description: 'A mail of unknown fate did arrive: it counts as sent, as of its last attempt',
  arguments: [{ name: 'id', description: 'The id that "outbox list" shows' }],
  async run(context, input) {
    const id = outboxId(input.arguments['id']);
    const command = await context.get(ConfirmMail);
    await sayingWhy(() => command.run(id, OPERATOR, { value: null, source: 'body' }));
    context.output.result({ id, state: 'sent' }, () => `Mail ${id} counts as sent.`);
  },
};
