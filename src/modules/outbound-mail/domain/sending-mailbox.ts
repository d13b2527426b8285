import type { HelpdeskConfig } from '../../../config/index.js';

type MailboxesAndQueues = Pick<HelpdeskConfig, 'mailboxes' | 'queues' | 'portal'>;

/**
 * The mailbox whose identity a ticket's mail carries. Its own one, except across a private queue's border: after a
 * move in, all mail leaves with that queue's identity and Reply-To (D20), after a move out no longer with it.
 * Null where no mailbox is configured that could send.
 */
export function sendingMailbox(
  ticket: { readonly mailboxKey: string | null; readonly queueKey: string },
  config: MailboxesAndQueues,
): string | null {
  const inForce = (key: string | null | undefined): key is string =>
    key != null && config.mailboxes[key] !== undefined && !config.mailboxes[key].retired;
  const own = inForce(ticket.mailboxKey) ? ticket.mailboxKey : null;
  const ownQueue = own === null ? null : config.mailboxes[own]!.queue;
  const isPrivate = (queue: string | null): boolean =>
    queue !== null && config.queues[queue]?.private === true;
  const crossesBorder =
    ownQueue !== ticket.queueKey && (isPrivate(ticket.queueKey) || isPrivate(ownQueue));
  if (own !== null && !crossesBorder) return own;
  const ofQueue = Object.keys(config.mailboxes).find(
    (key) => inForce(key) && config.mailboxes[key]!.queue === ticket.queueKey,
  );
  if (ofQueue !== undefined) return ofQueue;
  if (own !== null) return own;
  if (inForce(config.portal.mailbox)) return config.portal.mailbox;
  return Object.keys(config.mailboxes).find((key) => inForce(key)) ?? null;
}
