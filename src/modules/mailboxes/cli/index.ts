import type { OperatorCommand } from '../../../cli/command.js';
import { mailboxAuthorize } from './mailbox-authorize.js';
import { mailboxCheck } from './mailbox-check.js';
import { mailboxStart } from './mailbox-start.js';

export const commands: readonly OperatorCommand[] = [mailboxCheck, mailboxStart, mailboxAuthorize];
