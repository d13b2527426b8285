import type { HelpdeskConfig } from '../../../config/index.js';

type Config = Pick<HelpdeskConfig, 'mailboxes' | 'queues' | 'portal'>;

/** By which mailbox an agent gets her digest, and of which of her queues it may speak. */
export interface DigestRoute {
  readonly mailboxKey: string;
  readonly queues: readonly string[];
}

/**
 * A mailbox of a private queue of hers goes first: what waits in the outbox is seen by its members alone. Then one of her
 * other queues, then the portal's. Of further private queues it does not speak, because others read that outbox (D20).
 * Null where no mailbox sends.
 */
export function digestRoute(queueKeys: readonly string[], config: Config): DigestRoute | null {
  const sends = Object.keys(config.mailboxes).filter((key) => {
    const { retired, mode } = config.mailboxes[key]!;
    return !retired && mode !== 'observe';
  });
  const isPrivate = (key: string): boolean => config.queues[key]?.private === true;
  const mine = sends.filter((key) => queueKeys.includes(config.mailboxes[key]!.queue));
  const mailboxKey =
    mine.find((key) => isPrivate(config.mailboxes[key]!.queue)) ??
    mine[0] ??
    sends.find((key) => key === config.portal.mailbox) ??
    sends[0];
  if (mailboxKey === undefined) return null;
  const own = config.mailboxes[mailboxKey]!.queue;
  return { mailboxKey, queues: queueKeys.filter((key) => key === own || !isPrivate(key)) };
}
