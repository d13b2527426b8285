import type { HelpdeskConfig, MailboxConfig } from '../../../config/index.js';
import { OperatorError } from '../../../platform/index.js';

/** The mailbox of that key; OperatorError that names those which exist. */
export function configuredMailbox(config: HelpdeskConfig, key: string): MailboxConfig {
  const mailbox = config.mailboxes[key];
  if (mailbox !== undefined) return mailbox;
  const keys = Object.keys(config.mailboxes).join(', ');
  throw new OperatorError(
    `There is no mailbox "${key}" in the configuration; there are: ${keys === '' ? 'none' : keys}.`,
  );
}
