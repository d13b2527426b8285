import { UNREAD_VERDICTS, type MailboxConfig } from '../../../config/index.js';
import { classifySessionFailure } from '../domain/session-failure.js';
import { serverSettings, type ServerSettings } from '../domain/server-settings.js';
import type { ImapSession } from '../gateway/imap-session.js';
import type { MailCredentials } from '../gateway/mail-credentials.js';
import { SmtpChannel } from '../gateway/smtp-channel.js';
import type { MailSessions } from '../mail-sessions.facade.js';

/** One thing that was tried, in words for the operator. */
export interface CheckStep {
  readonly name: string;
  readonly result: 'ok' | 'warning' | 'failed';
  readonly message: string;
}

export interface MailboxCheck {
  readonly mailbox: string;
  /** No step failed; warnings may be there. */
  readonly ok: boolean;
  readonly steps: readonly CheckStep[];
}

const QUOTA_WARNING = 0.9;
const MEGABYTE = 1024 * 1024;
const UNWATCHED_JUNK: CheckStep = {
  name: 'folder junk',
  result: 'warning',
  message:
    'No such folder is watched: suspected spam is not looked at (D23). Set folders.junk where there is one.',
};
const UNWATCHED_SENT: CheckStep = {
  name: 'folder sent',
  result: 'warning',
  message:
    'No such folder is watched: answers given outside the helpdesk are not read (D24), and where the server marks none no copy of our answers is filed. Set folders.sent where there is one.',
};

/**
 * Tries everything that a mailbox needs, on its real servers, and leaves no trace on them: IMAP log-in, folders,
 * quota; SMTP log-in, sender addresses (the null sender too), without sending a message.
 */
export class CheckMailbox {
  constructor(
    private readonly sessions: MailSessions,
    private readonly credentials: MailCredentials,
  ) {}

  async run(mailboxKey: string, mailbox: MailboxConfig): Promise<MailboxCheck> {
    const [imap, smtp] = await Promise.all([
      this.checkImap(mailboxKey, mailbox),
      this.checkSmtp(mailboxKey, mailbox),
    ]);
    const steps = [...imap, ...smtp, ...checkVerdicts(mailbox)];
    return { mailbox: mailboxKey, ok: steps.every(({ result }) => result !== 'failed'), steps };
  }

  private async checkImap(mailboxKey: string, mailbox: MailboxConfig): Promise<CheckStep[]> {
    const server = serverSettings('IMAP', mailbox.imap);
    const steps: CheckStep[] = [];
    let session: ImapSession;
    try {
      session = await this.sessions.open(mailboxKey);
    } catch (error) {
      return [failed('IMAP log-in', error, server)];
    }
    try {
      const idle = session.supportsIdle ? 'with IDLE' : 'without IDLE: it will be polled';
      steps.push(ok('IMAP log-in', `${server.host}:${server.port} lets us in, ${idle}.`));
      steps.push(...(await checkFolders(session, mailbox, server)));
      steps.push(await checkQuota(session, mailbox, server));
    } finally {
      await session.close();
    }
    return steps;
  }

  private async checkSmtp(mailboxKey: string, mailbox: MailboxConfig): Promise<CheckStep[]> {
    const server = serverSettings('SMTP', mailbox.smtp);
    let channel: SmtpChannel;
    try {
      const credentials = await this.credentials.of(mailboxKey, mailbox.smtp);
      channel = await SmtpChannel.open(server, credentials);
    } catch (error) {
      const refused = (error as { code?: unknown }).code === 'EAUTH';
      const evidence = refused
        ? { ...(error as object), authenticationFailed: true, message: (error as Error).message }
        : error;
      return [failed('SMTP log-in', evidence, server)];
    }
    const steps = [ok('SMTP log-in', `${server.host}:${server.port} lets us in.`)];
    steps.push(await probe(channel, 'SMTP sender', mailbox.address, mailbox, server));
    const automatic = mailbox.automaticEnvelopeFrom;
    steps.push(await probe(channel, 'SMTP automatic sender', automatic, mailbox, server));
    channel.close();
    return steps;
  }
}

/** Who is believed about the sender is a matter of the file alone; here it is said where people look first. */
function checkVerdicts({ trustedAuthservIds, verifyAuthentication }: MailboxConfig): CheckStep[] {
  if (trustedAuthservIds.length > 0 || verifyAuthentication) return [];
  const message = `trustedAuthservIds ${UNREAD_VERDICTS}.`;
  return [{ name: 'sender verdicts', result: 'warning', message }];
}

async function checkFolders(
  session: ImapSession,
  mailbox: MailboxConfig,
  server: ServerSettings,
): Promise<CheckStep[]> {
  const steps: CheckStep[] = [];
  const names: string[] = [];
  try {
    const { inbox, junk, sent } = await session.folders();
    names.push(...[inbox, junk, sent].filter((name) => name !== null));
    if (junk === null) steps.push(UNWATCHED_JUNK);
    if (sent === null) steps.push(UNWATCHED_SENT);
  } catch (error) {
    steps.push(failed('folders', error, server));
    names.push(mailbox.folders.inbox);
  }
  if (mailbox.after === 'move' && mailbox.moveTo !== undefined) names.push(mailbox.moveTo);
  for (const name of new Set(names)) {
    try {
      const { exists } = await session.position(name);
      steps.push(ok(`folder ${name}`, `${exists} messages.`));
    } catch (error) {
      steps.push(failed(`folder ${name}`, error, server));
    }
  }
  return steps;
}

async function checkQuota(
  session: ImapSession,
  mailbox: MailboxConfig,
  server: ServerSettings,
): Promise<CheckStep> {
  try {
    const quota = await session.quota(mailbox.folders.inbox);
    if (quota === null) return ok('quota', 'The server tells none.');
    const { usedBytes, limitBytes } = quota;
    const words = `${(usedBytes / MEGABYTE).toFixed(1)} of ${(limitBytes / MEGABYTE).toFixed(1)} MB used`;
    if (usedBytes >= limitBytes) {
      const message = `${words}: the mailbox is full and takes no more mail. Free some space or raise the quota.`;
      return { name: 'quota', result: 'failed', message };
    }
    if (usedBytes < limitBytes * QUOTA_WARNING) return ok('quota', `${words}.`);
    const message = `${words}: free some space or raise the quota before mail is refused.`;
    return { name: 'quota', result: 'warning', message };
  } catch (error) {
    return failed('quota', error, server);
  }
}

/** MAIL FROM and RCPT TO our own address, then RSET: nothing is sent. */
async function probe(
  channel: SmtpChannel,
  name: string,
  from: string,
  mailbox: MailboxConfig,
  server: ServerSettings,
): Promise<CheckStep> {
  const sender = from === '' ? 'the null sender <>' : `the sender <${from}>`;
  try {
    await channel.probe(from, mailbox.address);
    return ok(name, `${server.host}:${server.port} takes ${sender}.`);
  } catch (error) {
    const { response, command } = error as { response?: unknown; command?: unknown };
    if (typeof response !== 'string') return failed(name, error, server);
    if (command === 'RCPT TO') {
      const message = `The server does not take <${mailbox.address}> as a recipient ("${response}"): check the mailbox's address.`;
      return { name, result: response.startsWith('4') ? 'warning' : 'failed', message };
    }
    const advice =
      from === ''
        ? 'set automaticEnvelopeFrom to an address that may send, for automatic mail'
        : 'check that this user may send as that address';
    const message = `The server refuses ${sender} ("${response}"): ${advice}.`;
    return { name, result: 'failed', message };
  }
}

function ok(name: string, message: string): CheckStep {
  return { name, result: 'ok', message };
}

function failed(name: string, error: unknown, server: ServerSettings): CheckStep {
  return { name, result: 'failed', message: classifySessionFailure(error, server).message };
}
