import {
  CompanyConfig,
  CurrentConfig,
  HelpdeskConfig,
  MailboxConfig,
  SecurityConfig,
  ServerConfig,
  SmtpConfig,
} from '../../../src/config/index.js';

export interface TestMailbox {
  readonly address?: string;
  readonly startFrom?: string;
  readonly imap?: Partial<ServerConfig>;
  readonly smtp?: Partial<SmtpConfig>;
  readonly folders?: Partial<MailboxConfig['folders']>;
}

/** The part of a configuration that mail sessions look at, in force as version 1. */
export function mailboxConfig(
  mailboxes: Readonly<Record<string, TestMailbox>>,
  masterKeys: SecurityConfig['masterKeys'] = [],
): CurrentConfig {
  const config = new HelpdeskConfig();
  config.company = Object.assign(new CompanyConfig(), { name: 'Empresa' });
  config.security = Object.assign(new SecurityConfig(), { masterKeys });
  config.calendars = {};
  config.queues = {};
  config.mailboxes = Object.fromEntries(
    Object.entries(mailboxes).map(([key, given]) => {
      const mailbox = Object.assign(new MailboxConfig(), {
        address: given.address ?? `${key}@hd.test`,
        queue: 'support',
        startFrom: given.startFrom ?? 'now',
      });
      const login = { host: '127.0.0.1', tls: 'none' as const, user: `${key}@hd.test` };
      mailbox.imap = Object.assign(new ServerConfig(), login, { password: 'segredo' }, given.imap);
      mailbox.smtp = Object.assign(
        new SmtpConfig(),
        { host: '127.0.0.1', tls: 'none' },
        given.smtp,
      );
      Object.assign(mailbox.folders, given.folders);
      return [key, mailbox];
    }),
  );
  return new CurrentConfig({ version: 1, config });
}
