import type { OperatorCommand } from '../../../cli/command.js';
import { outboxCancel } from './outbox-cancel.js';
import { outboxConfirm } from './outbox-confirm.js';
import { outboxList } from './outbox-list.js';
import { outboxRetry } from './outbox-retry.js';

export const commands: readonly OperatorCommand[] = [
  outboxList,
  outboxRetry,
  outboxCancel,
  outboxConfirm,
];
