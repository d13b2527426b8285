import type { CommandContext, CommandInput, OperatorCommand } from '../../../cli/command.js';
import { CurrentConfig } from '../../../config/index.js';
import { AuthorizeMailbox } from '../commands/authorize-mailbox.js';
import { MailSessions } from '../mail-sessions.facade.js';
import { configuredMailbox } from './configured-mailbox.js';

/** Asks a person (or, by client credentials, the provider alone) for OAuth2 tokens and proves them by an IMAP log-in. */
export const mailboxAuthorize: OperatorCommand = {
  name: 'mailbox authorize',
  description:
    'obtains the OAuth2 tokens of a mailbox by its configured flow and keeps them encrypted',
  arguments: [{ name: 'name', description: 'key of the mailbox' }],
  run: authorize,
};

async function authorize(context: CommandContext, input: CommandInput): Promise<0 | 1> {
  const key = input.arguments['name'] ?? '';
  configuredMailbox((await context.get(CurrentConfig)).get(), key);
  const command = await context.get(AuthorizeMailbox);
  await command.run(key, {
    say: (line) => context.output.say(line),
    ask: (question) => context.ask(question),
  });
  const sessions = await context.get(MailSessions);
  const loggedIn = await sessions.connect(key).then(
    async (session) => {
      await session.close();
      return null;
    },
    (error: Error) => error.message,
  );
  context.output.result({ mailbox: key, authorized: true, imap: loggedIn ?? 'ok' }, () =>
    loggedIn === null
      ? `Mailbox ${key} is authorized and lets us in.`
      : `The tokens of mailbox ${key} are kept, but the log-in failed: ${loggedIn}`,
  );
  return loggedIn === null ? 0 : 1;
}
