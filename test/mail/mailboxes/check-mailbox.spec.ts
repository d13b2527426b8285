import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CheckMailbox,
  type CheckStep,
  type MailboxCheck,
} from '../../../src/modules/mailboxes/commands/check-mailbox.js';
import { MailCredentials } from '../../../src/modules/mailboxes/gateway/mail-credentials.js';
import type { OAuthTokens } from '../../../src/modules/mailboxes/gateway/oauth-tokens.js';
import { MailSessions } from '../../../src/modules/mailboxes/index.js';
import { Dovecot } from '../../support/dovecot.js';
import { SmtpSink, smtpRefusal } from '../../support/smtp-sink.js';
import { mailboxConfig, type TestMailbox } from './mailbox-config.js';

const BOX = 'suporte@hd.test';

describe('mailbox check', () => {
  let dovecot: Dovecot;
  let sink: SmtpSink;
  beforeAll(async () => {
    dovecot = await Dovecot.start([BOX], { quota: '100K' });
    sink = await SmtpSink.start();
  });
  afterAll(async () => {
    await dovecot.stop();
    await sink.stop();
  });

  const check = (mailbox: TestMailbox = {}, changes: object = {}): Promise<MailboxCheck> => {
    const config = mailboxConfig({
      suporte: {
        ...mailbox,
        imap: { port: dovecot.imapPort, ...mailbox.imap },
        smtp: { port: sink.port, user: BOX, password: 'segredo', ...mailbox.smtp },
      },
    });
    const given = { trustedAuthservIds: ['mx.hd.test'], ...changes };
    const configured = Object.assign(config.get().mailboxes['suporte']!, given);
    const credentials = new MailCredentials({} as OAuthTokens);
    const sessions = new MailSessions(config, credentials);
    return new CheckMailbox(sessions, credentials).run('suporte', configured);
  };
  const step = (result: MailboxCheck, name: string): CheckStep | undefined =>
    result.steps.find((candidate) => candidate.name === name);

  it('all is well: log-ins, folders, quota, both senders; and nothing was sent', async () => {
    const result = await check();
    expect(result.steps.filter(({ result: one }) => one !== 'ok')).toEqual([]);
    expect(result.ok).toBe(true);
    expect(result.steps.map(({ name }) => name)).toEqual([
      'IMAP log-in',
      'folder INBOX',
      'folder Junk',
      'folder Sent',
      'quota',
      'SMTP log-in',
      'SMTP sender',
      'SMTP automatic sender',
    ]);
    expect(step(result, 'SMTP automatic sender')!.message).toContain('null sender <>');
    expect(step(result, 'folder Sent')!.message).not.toContain('not read');
    expect(sink.mails).toEqual([]);
  });

  it('warns where no Sent folder is watched; the mailbox is ready all the same', async () => {
    const result = await check({ folders: { sent: false } });
    expect(result.ok).toBe(true);
    expect(step(result, 'folder sent')).toMatchObject({
      result: 'warning',
      message: expect.stringContaining('folders.sent'),
    });
  });

  it('warns where nobody is trusted with verdicts on senders; the mailbox is ready all the same', async () => {
    const result = await check({}, { trustedAuthservIds: [] });
    expect(result.ok).toBe(true);
    expect(step(result, 'sender verdicts')).toMatchObject({
      result: 'warning',
      message: expect.stringContaining('SPF, DKIM and DMARC are not read'),
    });
  });

  it('names a refused null sender and what to do', async () => {
    sink.script.onMailFrom = (address) => {
      if (address === '') throw smtpRefusal(550, 'no null sender here');
    };
    const result = await check();
    expect(result.ok).toBe(false);
    expect(step(result, 'SMTP sender')!.result).toBe('ok');
    expect(step(result, 'SMTP automatic sender')).toMatchObject({ result: 'failed' });
    expect(step(result, 'SMTP automatic sender')!.message).toContain('automaticEnvelopeFrom');
    const with_ = await check({}, { automaticEnvelopeFrom: 'suporte@hd.test' });
    expect(with_.ok).toBe(true);
    sink.script = {};
  });

  it('names wrong host, port, password and folder, without the secret', async () => {
    const host = await check({
      imap: { host: 'nenhures.invalid' },
      smtp: { host: 'nenhures.invalid' },
    });
    expect(host.steps.map(({ name, result }) => [name, result])).toEqual([
      ['IMAP log-in', 'failed'],
      ['SMTP log-in', 'failed'],
    ]);
    expect(host.steps[1]!.message).toContain('DNS');
    const swapped = await check({ imap: { port: sink.port, socketTimeoutMs: 2000 } });
    expect(step(swapped, 'IMAP log-in')!.result).toBe('failed');
    const password = await check({ imap: { password: 'errada' } });
    expect(step(password, 'IMAP log-in')!.message).toContain('check user and password');
    expect(JSON.stringify(password)).not.toContain('errada');
    const folder = await check(
      { folders: { sent: 'Enviados' } },
      { after: 'move', moveTo: 'Feitos' },
    );
    expect(step(folder, 'folders')!.message).toContain('"Enviados"');
    expect(step(folder, 'folder Feitos')!.message).toContain('Processados');
    expect(step(folder, 'folder INBOX')!.result).toBe('ok');
  });

  it('warns of a mailbox that is nearly full', async () => {
    // Delivered with its lines ended by LF; the quota counts what is stored.
    await dovecot.deliver(BOX, `Subject: cheio\r\n\r\n${`${'x'.repeat(76)}\r\n`.repeat(1230)}`);
    const result = await check();
    expect(step(result, 'quota')).toMatchObject({ result: 'warning' });
    expect(step(result, 'quota')!.message).toContain('of 0.1 MB used');
  });
});
