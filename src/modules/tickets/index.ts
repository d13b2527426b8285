export {
  Tickets,
  type CustomerMessage,
  type NewAttachment,
  type OpenTicket,
  type OpenedTicket,
} from './tickets.facade.js';
