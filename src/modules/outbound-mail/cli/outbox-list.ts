import { table, type OperatorCommand } from '../../../cli/command.js';
import { OperatorError } from '../../../platform/index.js';
import { outboxDto } from '../http/outbox.dto.js';
import { OUTBOX_STATES, type OutboxState } from '../domain/outgoing.js';
import { OutboxListStore } from '../store/outbox-list.store.js';

/** Without content and recipients: the operator sees states and answers, not the mail (D20). */
export const outboxList: OperatorCommand = {
  name: 'outbox list',
  description: 'Outgoing mail, newest first: state, attempts, last answer of the server',
  options: [
    { flags: '--state <state>', description: 'Only this state', choices: OUTBOX_STATES },
    { flags: '--mailbox <name>', description: 'Only this mailbox' },
    { flags: '--ticket <protocol>', description: 'Only this ticket' },
    { flags: '--limit <number>', description: 'At most this many', default: '50' },
  ],
  async run(context, { options }) {
    const limit = Number(options['limit']);
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
      throw new OperatorError('--limit takes a number from 1 to 1000.');
    }
    const ticketId = options['ticket'] as string | undefined;
    if (ticketId !== undefined && !/^\d{1,18}$/.test(ticketId)) {
      throw new OperatorError('--ticket takes a protocol number.');
    }
    const lists = new OutboxListStore(await context.database());
    const entries = await lists.list({
      state: options['state'] as OutboxState | undefined,
      mailboxKey: options['mailbox'] as string | undefined,
      ticketId,
      visibleQueues: null,
      beforeId: null,
      limit,
    });
    const items = entries.map((entry) => {
      const { subject: _subject, recipients, ...rest } = outboxDto(entry);
      return {
        ...rest,
        recipients: recipients.map(({ role, state, code }) => ({ role, state, code })),
      };
    });
    context.output.result({ items }, () =>
      table(
        ['id', 'mailbox', 'ticket', 'kind', 'state', 'attempts', 'created', 'last answer'],
        items.map((item) => [
          item.id,
          item.mailbox,
          item.ticket,
          item.kind,
          item.state,
          item.attempts.length,
          item.createdAt,
          (item.stateReason ?? item.attempts.at(-1)?.response ?? '').slice(0, 60),
        ]),
      ),
    );
  },
};
