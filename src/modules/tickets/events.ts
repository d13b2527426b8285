import { defineEvent } from '../../platform/index.js';
import type { TicketNewsItem } from './domain/ticket-news.js';

/** A customer answered the question for feedback by mail, with a bare score of 1 to 5 (D12). */
export const ticketScored = defineEvent<{ ticketId: string; score: number }>('tickets.scored');

/**
 * What happened to a ticket that others may want to hear of, published where its history is written; the items of one
 * event happened together. Ids and states alone: texts stay on the ticket.
 */
export const ticketNews = defineEvent<{
  ticketId: string;
  at: string;
  items: readonly TicketNewsItem[];
}>('tickets.news');
