import type { HelpdeskConfig } from '../../../config/index.js';
import type { PolicyContext } from '../../sla/index.js';
import type { TicketRow } from '../store/ticket.store.js';

/** The calendar that a mailbox's deadlines are counted by. */
export function calendarOfMailbox(config: HelpdeskConfig, mailboxKey: string | null): string {
  return mailboxKey === null ? 'default' : (config.mailboxes[mailboxKey]?.calendar ?? 'default');
}

/** What the choice of a promise depends on now (D19: the next clock uses the policy in force after a move). */
export function deadlineContext(
  config: HelpdeskConfig,
  ticket: TicketRow,
): { calendar: string; policy: PolicyContext } {
  return {
    calendar: calendarOfMailbox(config, ticket.mailboxKey),
    policy: {
      tags: ticket.tags,
      reasonKey: ticket.reasonKey,
      queueKey: ticket.queueKey,
      mailboxKey: ticket.mailboxKey,
    },
  };
}
