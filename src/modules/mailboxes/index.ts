export { Mailboxes, type OwnAddresses } from './mailboxes.facade.js';
export {
  MailSessions,
  type AnnouncedMessage,
  type FolderPosition,
  type MailSession,
  type MailSessionFailure,
} from './mail-sessions.facade.js';
export { SmtpSender, type OutgoingMail, type RecipientOutcome, type SendOutcome } from './smtp-sender.facade.js';
