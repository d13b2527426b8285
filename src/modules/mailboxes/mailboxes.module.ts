import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthorizeMailbox } from './commands/authorize-mailbox.js';
import { NoteCertificate } from './commands/note-certificate.js';
import { ExpiryWatch } from './expiry-watch.js';
import { MailCredentials } from './gateway/mail-credentials.js';
import { OAuthTokens } from './gateway/oauth-tokens.js';
import { MailboxesController } from './http/mailboxes.controller.js';
import { MailSessions } from './mail-sessions.facade.js';
import { Mailboxes } from './mailboxes.facade.js';
import { SmtpSender } from './smtp-sender.facade.js';
import { ExpiryStore } from './store/expiry.store.js';
import { MailboxCertificateEntity } from './store/mailbox-certificate.entity.js';
import { MailboxCursorEntity } from './store/mailbox-cursor.entity.js';
import { MailboxOverviewStore } from './store/mailbox-overview.store.js';
import { MailboxStartEntity } from './store/mailbox-start.entity.js';
import { MailboxStartStore } from './store/mailbox-start.store.js';
import { MailboxStateEntity } from './store/mailbox-state.entity.js';
import { MailboxStateStore } from './store/mailbox-state.store.js';
import { OAuthTokenEntity } from './store/oauth-token.entity.js';
import { OAuthTokenStore } from './store/oauth-token.store.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([
      MailboxCertificateEntity,
      MailboxCursorEntity,
      MailboxStartEntity,
      MailboxStateEntity,
      OAuthTokenEntity,
    ]),
  ],
  controllers: [MailboxesController],
  providers: [
    AuthorizeMailbox,
    ExpiryStore,
    ExpiryWatch,
    NoteCertificate,
    MailCredentials,
    Mailboxes,
    MailboxOverviewStore,
    MailboxStartStore,
    MailboxStateStore,
    MailSessions,
    OAuthTokens,
    OAuthTokenStore,
    SmtpSender,
  ],
  exports: [Mailboxes, MailSessions, SmtpSender],
})
export class MailboxesModule {}
