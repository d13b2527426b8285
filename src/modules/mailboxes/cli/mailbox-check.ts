import type {
  CommandContext,
  CommandInput,
  ExitCode,
  OperatorCommand,
} from '../../../cli/command.js';
import { CurrentConfig, type MailboxConfig } from '../../../config/index.js';
import { CheckMailbox } from '../commands/check-mailbox.js';
import { MailCredentials } from '../gateway/mail-credentials.js';
import { OAuthTokens } from '../gateway/oauth-tokens.js';
import { MailSessions } from '../mail-sessions.facade.js';
import { configuredMailbox } from './configured-mailbox.js';

const MARKS = { ok: 'ok     ', warning: 'warning', failed: 'FAILED ' } as const;

/** Checks what helpdesk.yaml says now, applied or not; the database is opened for OAuth2 tokens alone. */
export const mailboxCheck: OperatorCommand = {
  name: 'mailbox check',
  description: 'logs in to IMAP and SMTP, opens the folders, tries the senders; sends nothing',
  arguments: [{ name: 'name', description: 'key of the mailbox in helpdesk.yaml' }],
  run: check,
};

async function check(context: CommandContext, input: CommandInput): Promise<ExitCode> {
  const { config } = context.configFile();
  const key = input.arguments['name'] ?? '';
  const mailbox = configuredMailbox(config, key);
  const credentials = new MailCredentials(await tokensFor(context, mailbox));
  const sessions = new MailSessions(new CurrentConfig({ version: 0, config }), credentials);
  const result = await new CheckMailbox(sessions, credentials).run(key, mailbox);
  context.output.result(result, () => [
    ...result.steps.map((step) => `${MARKS[step.result]}  ${step.name}: ${step.message}`),
    result.ok ? `Mailbox ${key} is ready.` : `Mailbox ${key} is not ready.`,
  ]);
  return result.ok ? 0 : 1;
}

async function tokensFor(context: CommandContext, mailbox: MailboxConfig): Promise<OAuthTokens> {
  const uses = mailbox.imap.oauth2 !== undefined || mailbox.smtp.oauth2 !== undefined;
  return uses ? context.get(OAuthTokens) : ({} as OAuthTokens);
}
