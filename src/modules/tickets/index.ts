export { ticketNews, ticketScored } from './events.js';
export type { TicketNewsItem } from './domain/ticket-news.js';
export {
  Tickets,
  type CustomerMessage,
  type NewAttachment,
  type OpenedTicket,
  type OpenTicket,
  type TicketForJoining,
} from './tickets.facade.js';
export { ExportedTickets, type ExportedMessage } from './exported-tickets.js';
export type { Sight } from './store/ticket-access.js';
export type { TicketSelection } from './store/ticket-view.store.js';
export { portalSubject, portalVisit, type PortalVisit } from './domain/portal-visit.js';
export { TicketsModule } from './tickets.module.js';
export { ticketsOutOfSight } from './store/ticket-access.js';
export { aboutTicket, presentSummary, type SummaryRow } from './http/present-ticket.js';
export { RESTRICTED_LABEL, TicketSummaryDto } from './http/ticket.dto.js';
export { ticketUrl } from './domain/ticket-url.js';
export { calendarOfMailbox } from './commands/deadline-context.js';
export { DEADLINE_IN_WORDS, instantInWords } from './domain/deadline-words.js';
