import type { MailboxConfig } from '../../../config/index.js';
import type { Disposition } from './decision.js';

/** What is done on the server with a processed message of the inbox. */
export type ServerAct = 'keep' | 'seen' | 'move' | 'remove';

type Wishes = Pick<MailboxConfig, 'mode' | 'after' | 'canary'>;

/** D22: by default nothing; `observe` never does anything; `canary.remove` concerns our own probes alone. */
export function serverActFor(
  { mode, after, canary }: Wishes,
  disposition: Disposition | null,
): ServerAct {
  if (mode === 'observe') return 'keep';
  return disposition === 'canary' && canary?.remove === true ? 'remove' : after;
}

/** Whether there is anything at all to be done on the mailbox's server. */
export function actsOnServer(mailbox: Wishes): boolean {
  return [null, 'canary' as const].some((one) => serverActFor(mailbox, one) !== 'keep');
}
