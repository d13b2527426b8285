import type { PortalMessage, PortalStatus, PortalTicket } from '../store/portal.store.js';
import type { PortalMessageDto, PortalTicketDto } from './portal.dto.js';

/** docs/glossary.md: what customers read. */
export const STATUS_LABELS: Readonly<Record<PortalStatus, string>> = {
  open: 'Aberto',
  awaiting_customer: 'Aguardando resposta',
  resolved: 'Resolvido',
};

export function ticketView(ticket: PortalTicket): PortalTicketDto {
  return {
    protocol: ticket.protocol,
    subject: ticket.subject,
    status: ticket.status,
    statusLabel: STATUS_LABELS[ticket.status],
    requester: ticket.requester,
    createdAt: ticket.createdAt.toISOString(),
    lastActivityAt: ticket.lastActivityAt.toISOString(),
  };
}

export function messageView(message: PortalMessage): PortalMessageDto {
  return {
    ...message,
    attachments: [...message.attachments],
    createdAt: message.createdAt.toISOString(),
  };
}
