export { MailboxIntakeModule } from './mailbox-intake.module.js';
