import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ImapFlow } from 'imapflow';
import nodemailer from 'nodemailer';
import { Dovecot, DOVECOT_PASSWORD } from '../../support/dovecot.js';
import { smtpRefusal, SmtpSink } from '../../support/smtp-sink.js';

describe('the test servers themselves', () => {
  let dovecot: Dovecot;
  let sink: SmtpSink;

  beforeAll(async () => {
    dovecot = await Dovecot.start(['suporte@hd.test']);
    sink = await SmtpSink.start();
  });
  afterAll(async () => {
    await sink.stop();
    await dovecot.stop();
  });

  it('Dovecot delivers by LMTP, also to a sub-address, and survives kill -9', async () => {
    await dovecot.deliver('suporte@hd.test', 'Subject: um\r\n\r\nOi\r\n');
    await dovecot.deliver('suporte+m.dominios@hd.test', 'Subject: dois\r\n\r\nOi\r\n');
    await dovecot.kill('SIGKILL');
    await dovecot.boot();
    const client = new ImapFlow({
      host: '127.0.0.1',
      port: dovecot.imapPort,
      secure: false,
      auth: { user: 'suporte@hd.test', pass: DOVECOT_PASSWORD },
      logger: false,
    });
    client.on('error', () => undefined);
    await client.connect();
    const lock = await client.getMailboxLock('INBOX');
    const subjects: (string | undefined)[] = [];
    for await (const message of client.fetch('1:*', { envelope: true }))
      subjects.push(message.envelope?.subject);
    lock.release();
    await client.logout();
    expect(subjects).toEqual(['um', 'dois']);
  });

  it('the sink catches mail and refuses as told', async () => {
    const transport = nodemailer.createTransport({
      host: '127.0.0.1',
      port: sink.port,
      ignoreTLS: true,
    });
    sink.script.onRcptTo = (address) => {
      if (address === 'nao@existe.test') throw smtpRefusal(550, 'No such user');
    };
    await transport.sendMail({ from: 'a@b.test', to: 'c@d.test', subject: 'olá', text: 'corpo' });
    await expect(
      transport.sendMail({ from: 'a@b.test', to: 'nao@existe.test', text: 'x' }),
    ).rejects.toMatchObject({
      responseCode: 550,
    });
    transport.close();
    const mail = await sink.mail('olá', (caught) => caught.recipients.includes('c@d.test'));
    expect(mail.parsed.subject).toBe('olá');
    expect(sink.mails).toHaveLength(1);
  });
});
