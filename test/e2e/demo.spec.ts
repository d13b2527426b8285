import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import { postgresProcessesOf } from '../../src/launcher/process-liveness.js';
import { eventually } from '../support/eventually.js';
import { Api } from '../support/product.js';

const DEMO = path.resolve(import.meta.dirname, '../../dist/src/launcher/demo.js');

describe('npm run demo, by what it prints', () => {
  let directory: string;
  let child: ChildProcess;
  let printed = '';
  let support: Api;

  beforeAll(async () => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'hddemo-'));
    await start();
  }, 120_000);
  afterAll(async () => {
    if (child.exitCode === null) await end('SIGINT');
    rmSync(directory, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    printed = '';
    child = spawn(process.execPath, [DEMO, '--directory', directory], {
      // What is set for the real helpdesk must not matter to the demo.
      env: {
        ...process.env,
        DATABASE_URL: 'postgres://nobody@127.0.0.1:1/x',
        HELPDESK_DATA: '/nowhere',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
    }
    await eventually(
      'the demo is up',
      () => printed.includes('Ctrl-C ends it') || child.exitCode !== null,
      100_000,
    );
    if (child.exitCode !== null) throw new Error(`The demo ended:\n${printed}`);
    support = new Api(find(/API +(http\S+)\/api\/v1/), find(/TOKEN=(\S+)/));
  }

  function end(signal: NodeJS.Signals): Promise<number | null> {
    return new Promise((resolve) => {
      child.once('exit', (code) => resolve(code));
      child.kill(signal);
    });
  }

  function find(pattern: RegExp): string {
    const found = pattern.exec(printed)?.[1];
    if (found === undefined)
      throw new Error(`The demo did not print ${String(pattern)}:\n${printed}`);
    return found;
  }

  /** Subjects and senders in the customer's mailbox. */
  async function customerReads(): Promise<{ from: string; subject: string; inReplyTo: string }[]> {
    const client = new ImapFlow({
      host: '127.0.0.1',
      port: Number(find(/IMAP 127\.0\.0\.1:(\d+)/)),
      secure: false,
      doSTARTTLS: false,
      auth: { user: find(/user (\S+), password/), pass: find(/user \S+, password (\S+)/) },
      logger: false,
    });
    await client.connect();
    try {
      await client.mailboxOpen('INBOX', { readOnly: true });
      const mails =
        client.mailbox === false || client.mailbox.exists === 0
          ? []
          : await client.fetchAll('1:*', { envelope: true });
      return mails.map(({ envelope }) => ({
        from: envelope?.from?.[0]?.address ?? '',
        subject: envelope?.subject ?? '',
        inReplyTo: envelope?.inReplyTo ?? '',
      }));
    } finally {
      await client.logout();
    }
  }

  it('opened tickets from the sample mail, finance unseen by support, and acknowledged them', async () => {
    const { items } = await support.get('/tickets');
    const subjects = (items as { subject: string; queue: string }[]).map(
      (ticket) => ticket.subject,
    );
    expect(subjects).toContain('Domínio novo não abre a página');
    expect(subjects).not.toContain('Boleto de novembro não chegou');
    await eventually('the customer has the acknowledgement', async () =>
      (await customerReads()).some((mail) => /^\[Chamado \d+\]/.test(mail.subject)),
    );
  }, 60_000);

  it('customer mails → ticket → acknowledgement → agent replies → the customer reads it in the same thread', async () => {
    const transport = createTransport({
      host: '127.0.0.1',
      port: Number(find(/SMTP 127\.0\.0\.1:(\d+)/)),
      secure: false,
      ignoreTLS: true,
    });
    await transport.sendMail({
      from: 'Carla <carla@longe.test>',
      to: 'suporte@demo.test',
      subject: 'Meus leads sumiram',
      text: 'Podem ajudar?',
      messageId: '<carla-1@longe.test>',
    });
    transport.close();
    const ticket = await eventually('the ticket', async () => {
      const { items } = await support.get('/tickets?sort=createdAt:desc&limit=5');
      return (items as { protocol: string; subject: string }[]).find(
        (one) => one.subject === 'Meus leads sumiram',
      );
    });
    const mark = `[Chamado ${ticket.protocol}]`;
    await eventually('the acknowledgement', async () =>
      (await customerReads()).some(
        (mail) => mail.subject.startsWith(mark) && mail.inReplyTo === '<carla-1@longe.test>',
      ),
    );
    await support.post(`/tickets/${ticket.protocol}/replies`, { text: 'Já voltaram!' });
    await eventually('the answer', async () =>
      (await customerReads()).some((mail) => mail.subject === `Re: ${mark} Meus leads sumiram`),
    );
  }, 60_000);

  it('keeps tickets, mail and log-ins over kill -9 and a new start', async () => {
    const token = find(/TOKEN=(\S+)/);
    const before = (await support.get('/tickets')) as { items: { protocol: string }[] };
    const mails = (await customerReads()).length;
    await end('SIGKILL');
    await start();
    expect(find(/TOKEN=(\S+)/)).toBe(token);
    const after = (await support.get('/tickets')) as { items: { protocol: string }[] };
    expect(after.items.map((one) => one.protocol).sort()).toEqual(
      before.items.map((one) => one.protocol).sort(),
    );
    expect((await customerReads()).length).toBe(mails);
  }, 120_000);

  it('ends by Ctrl-C and leaves no process behind', async () => {
    expect(await end('SIGINT')).toBe(0);
    expect(existsSync(path.join(directory, 'postgres/cluster'))).toBe(true);
    expect(postgresProcessesOf(path.join(directory, 'postgres/cluster'))).toEqual([]);
  }, 60_000);
});
