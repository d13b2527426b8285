import type { HelpdeskConfig } from '../helpdesk-config.js';
import type { MailboxConfig, ServerConfig } from '../sections/mailbox-config.js';

const PORTS = {
  imap: { implicit: 993, starttls: 143, none: 143 },
  smtp: { implicit: 465, starttls: 587, none: 587 },
};

/**
 * Fills in what follows from other fields, so that nobody has to know: ports by `tls`, the log-in name from the
 * address, the portal's mailbox; addresses and domains become lower case. Changes `config` in place; only for a
 * configuration without problems of shape.
 */
export function complete(config: HelpdeskConfig): void {
  config.company.domains = config.company.domains.map(lower);
  config.company.agentAddresses = config.company.agentAddresses.map(lower);
  for (const mailbox of Object.values(config.mailboxes)) completeMailbox(mailbox);
  for (const reason of Object.values(config.reasons))
    reason.clues.senders = reason.clues.senders.map(lower);
  const first = Object.entries(config.mailboxes).find(([, mailbox]) => !mailbox.retired);
  config.portal.mailbox ??= first?.[0];
}

function completeMailbox(mailbox: MailboxConfig): void {
  mailbox.address = lower(mailbox.address);
  mailbox.aliases = mailbox.aliases.map(lower);
  mailbox.automaticEnvelopeFrom = lower(mailbox.automaticEnvelopeFrom);
  completeServer(mailbox.imap, 'imap', mailbox.address);
  completeServer(mailbox.smtp, 'smtp', mailbox.address);
}

function completeServer(server: ServerConfig, kind: 'imap' | 'smtp', address: string): void {
  server.port ??= PORTS[kind][server.tls];
  if (server.password !== undefined || server.oauth2 !== undefined) server.user ??= address;
}

function lower(text: string): string {
  return text.toLowerCase();
}
