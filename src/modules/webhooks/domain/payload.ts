import type { WebhookEvent } from '../../../config/index.js';
import { ticketUrl, type TicketNewsItem } from '../../tickets/index.js';

/** One thing a webhook is told, besides the ticket itself. */
export interface WebhookNews {
  readonly event: WebhookEvent;
  readonly details: Readonly<Record<string, string | number | null>>;
}

/** The ticket as webhooks see it: ids and states, no names, addresses, subjects or texts. */
export interface TicketState {
  readonly protocol: string;
  readonly queue: string;
  readonly reason: string | null;
  readonly status: string;
  readonly closeReason: string | null;
  readonly lane: string;
  readonly channel: string;
  readonly priority: string;
  readonly assigneeId: string | null;
  readonly createdAt: Date;
  readonly dueAt: Date | null;
  readonly dueKind: string | null;
  readonly breached: boolean;
}

/** What an item of a ticket's news is called outside; a move to `resolved` is told as both. */
export function webhookNewsOf(item: TicketNewsItem): WebhookNews[] {
  const { kind: _, ...details } = item;
  switch (item.kind) {
    case 'opened':
      return [{ event: 'ticket.created', details }];
    case 'status_changed': {
      const { from, to, closeReason } = item;
      const changed: WebhookNews = { event: 'ticket.status_changed', details };
      return to === 'resolved'
        ? [changed, { event: 'ticket.resolved', details: { from, closeReason } }]
        : [changed];
    }
    case 'assigned':
      return [{ event: 'ticket.assigned', details }];
    case 'message_received':
      return [{ event: 'message.received', details }];
    case 'reply_sent':
      return [{ event: 'reply.sent', details }];
    case 'escalated':
      return [{ event: 'ticket.escalated', details }];
    case 'handed_back':
      return [{ event: 'ticket.handed_back', details }];
    case 'deadline_warned':
      return [{ event: 'deadline.warned', details }];
    case 'deadline_breached':
      return [{ event: 'deadline.breached', details }];
    default:
      return [];
  }
}

/** D20: a second team's queue has a name only for a webhook that may be told of that queue. */
export function withoutQueues(news: WebhookNews, queues: readonly string[]): WebhookNews {
  const named = Object.entries(news.details).map(([key, value]) =>
    TEAMS.has(key) && !queues.includes(String(value)) ? [key, null] : [key, value],
  );
  return { event: news.event, details: Object.fromEntries(named) as WebhookNews['details'] };
}

const TEAMS: ReadonlySet<string> = new Set(['escalatedTo', 'handedBackFrom']);

/**
 * The body of a delivery: `{ type, timestamp, data }` as Standard Webhooks recommends. `data.ticket` is the ticket when the
 * message was written; the rest of `data` is what happened.
 */
export function bodyOf(
  news: WebhookNews,
  at: string,
  ticket: TicketState,
  publicUrl: string,
): string {
  const { createdAt, dueAt, dueKind, breached, ...plain } = ticket;
  return JSON.stringify({
    type: news.event,
    timestamp: at,
    data: {
      ...news.details,
      ticket: {
        ...plain,
        createdAt: createdAt.toISOString(),
        deadline: dueAt === null ? null : { dueAt: dueAt.toISOString(), kind: dueKind, breached },
        url: ticketUrl(publicUrl, ticket.protocol),
      },
    },
  });
}
