export type { MailboxReport, MailboxStart, SendingReport } from './domain/mailbox-state.js';
export type { OwnAddresses } from './domain/own-addresses.js';
export { composeBytes } from './gateway/mime-message.js';
export { wantsSentCopy } from './domain/sent-filing.js';
export { MailSessionError, type MailSessionFailure } from './domain/session-failure.js';
export { Mailboxes } from './mailboxes.facade.js';
export { MailboxesModule } from './mailboxes.module.js';
export {
  MailSessions,
  type AnnouncedMessage,
  type FolderPosition,
  type MailSession,
  type WantedMail,
} from './mail-sessions.facade.js';
export type { OutgoingMail, RecipientOutcome, SendOutcome } from './domain/outgoing-mail.js';
export { SmtpSender } from './smtp-sender.facade.js';
export type { MailboxStateRow } from './store/mailbox-state.store.js';
