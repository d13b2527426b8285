import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { SMTPServer } from 'smtp-server';
import type { OutgoingMail, SendOutcome } from '../../../src/modules/mailboxes/index.js';
import { SmtpSender } from '../../../src/modules/mailboxes/index.js';
import { MailCredentials } from '../../../src/modules/mailboxes/gateway/mail-credentials.js';
import type { OAuthTokens } from '../../../src/modules/mailboxes/gateway/oauth-tokens.js';
import type { SmtpConfig } from '../../../src/config/index.js';
import { readFileSync } from 'node:fs';
import type net from 'node:net';
import { freePort } from '../../support/ports.js';
import { SmtpSink, smtpRefusal } from '../../support/smtp-sink.js';
import { eventually } from '../../support/eventually.js';
import { makeCertificates } from '../../support/certificates.js';
import { mailboxConfig } from './mailbox-config.js';
import { ScriptedSmtp } from './scripted-smtp.js';
import { TcpGate } from './tcp-gate.js';

const MARIA = 'maria@cliente.test';

function mail(changes: Partial<OutgoingMail> = {}): OutgoingMail {
  return {
    envelope: { from: 'suporte@hd.test', to: [MARIA] },
    messageId: 'resposta.1@hd.test',
    inReplyTo: 'pergunta@cliente.test',
    references: ['primeira@cliente.test', 'pergunta@cliente.test'],
    date: new Date('2026-11-05T13:00:00Z'),
    from: { address: 'suporte@hd.test', name: 'Suporte Empresa' },
    replyTo: null,
    to: [{ address: MARIA, name: 'Maria' }],
    cc: [],
    subject: 'Re: domínio não abre [Chamado 1000123]',
    text: 'Olá, Maria!',
    html: null,
    headers: {},
    attachments: [],
    ...changes,
  };
}

function senderFor(smtp: Partial<SmtpConfig>): SmtpSender {
  return new SmtpSender(
    mailboxConfig({ suporte: { smtp } }),
    new MailCredentials({} as OAuthTokens),
  );
}

const states = (outcome: SendOutcome): unknown =>
  'recipients' in outcome ? outcome.recipients.map(({ address, state }) => [address, state]) : null;

describe('SmtpSender and a real SMTP server', () => {
  let sink: SmtpSink;
  let sender: SmtpSender;
  beforeAll(async () => {
    sink = await SmtpSink.start();
    sender = senderFor({ port: sink.port });
  });
  afterEach(() => {
    sink.mails.length = 0;
    sink.script = {};
  });
  afterAll(async () => {
    sender.onApplicationShutdown();
    await sink.stop();
  });

  it('delivers text and HTML as alternatives with threading exactly as given', async () => {
    const outcome = await sender.send(
      'suporte',
      mail({
        html: '<p>Olá, <b>Maria</b>!</p>',
        cc: [{ address: 'joao@cliente.test', name: '' }],
        envelope: { from: 'suporte@hd.test', to: [MARIA, 'joao@cliente.test'] },
        headers: { 'Auto-Submitted': 'auto-replied', 'X-Chamado': 'sim' },
      }),
    );
    expect(outcome).toMatchObject({ kind: 'accepted' });
    expect(states(outcome)).toEqual([
      [MARIA, 'accepted'],
      ['joao@cliente.test', 'accepted'],
    ]);
    const [{ parsed, envelopeFrom, recipients, raw }] = sink.mails as [(typeof sink.mails)[0]];
    expect(envelopeFrom).toBe('suporte@hd.test');
    expect(recipients).toEqual([MARIA, 'joao@cliente.test']);
    expect(parsed.messageId).toBe('<resposta.1@hd.test>');
    expect(parsed.inReplyTo).toBe('<pergunta@cliente.test>');
    expect(parsed.references).toEqual(['<primeira@cliente.test>', '<pergunta@cliente.test>']);
    expect(parsed.subject).toBe('Re: domínio não abre [Chamado 1000123]');
    expect(parsed.text).toContain('Olá, Maria!');
    expect(parsed.html).toContain('<b>Maria</b>');
    expect(parsed.headers.get('auto-submitted')).toBe('auto-replied');
    expect(parsed.headers.get('x-chamado')).toBe('sim');
    expect(raw.toString('latin1')).toMatch(/^[\t\r\n\x20-\x7e]*$/);
    expect(raw.toString()).toContain('multipart/alternative');
  });

  it('D21: automatic mail has the null sender', async () => {
    await sender.send('suporte', mail({ envelope: { from: '', to: [MARIA] } }));
    expect(sink.mails[0]!.envelopeFrom).toBe('');
  });

  it('no field can begin a header or a command of its own', async () => {
    const evil = 'x\r\nBcc: espia@mau.test\r\n\r\ncorpo\0';
    const outcome = await sender.send(
      'suporte',
      mail({
        subject: evil,
        from: { address: 'suporte@hd.test', name: evil },
        to: [{ address: MARIA, name: evil }],
        replyTo: 'r@hd.test\r\nBcc: espia@mau.test',
        messageId: 'a@hd.test>\r\nBcc: espia@mau.test',
        references: ['b@x\nBcc: espia@mau.test'],
        headers: { 'X-Um': evil, 'Bcc: espia@mau.test\r\nX-Dois': 'y', Bcc: 'espia@mau.test' },
        envelope: { from: 'suporte@hd.test', to: [MARIA, 'a@b.test>\r\nRCPT TO:<espia@mau.test'] },
      }),
    );
    expect(states(outcome)).toEqual([
      [MARIA, 'accepted'],
      ['a@b.test>\r\nRCPT TO:<espia@mau.test', 'failed'],
    ]);
    expect(sink.mails[0]!.recipients).toEqual([MARIA]);
    const header = sink.mails[0]!.raw.toString().split('\r\n\r\n')[0]!;
    expect(header).not.toMatch(/^bcc:/im);
    expect(sink.mails[0]!.parsed.text).toContain('Olá');
  });

  it('streams attachments, inline images beside the HTML', async () => {
    const bytes = randomBytes(3 * 1024 * 1024);
    const outcome = await sender.send(
      'suporte',
      mail({
        html: '<img src="cid:logo">',
        attachments: [
          {
            filename: 'relatório.pdf',
            mediaType: 'application/pdf',
            contentId: null,
            open: async () => Readable.from([bytes]),
          },
          {
            filename: 'logo.png',
            mediaType: 'image/png',
            contentId: 'logo',
            open: async () => Readable.from([Buffer.from('png')]),
          },
        ],
      }),
    );
    expect(outcome.kind).toBe('accepted');
    const { attachments } = sink.mails[0]!.parsed;
    expect(attachments.map(({ filename }) => filename)).toEqual(
      expect.arrayContaining(['logo.png', 'relatório.pdf']),
    );
    expect(
      attachments.find(({ filename }) => filename === 'relatório.pdf')!.content.equals(bytes),
    ).toBe(true);
  });

  it('an attachment that cannot be opened is tried again later, and the server is not bothered', async () => {
    const broken = { filename: 'a', mediaType: 'text/plain', contentId: null };
    const outcome = await sender.send(
      'suporte',
      mail({
        attachments: [{ ...broken, open: () => Promise.reject(new Error('not_found: Not found')) }],
      }),
    );
    expect(outcome).toMatchObject({ kind: 'temporary', code: null });
    expect(sink.mails).toEqual([]);
  });

  it('tells outcomes by recipient: only a 5xx to RCPT fails one', async () => {
    sink.script.onRcptTo = (address) => {
      if (address.startsWith('nao')) throw smtpRefusal(550, 'no such user');
      if (address.startsWith('depois')) throw smtpRefusal(451, 'greylisted');
    };
    const to = [MARIA, 'nao@cliente.test', 'depois@cliente.test'];
    const outcome = await sender.send('suporte', mail({ envelope: { from: '', to } }));
    expect(outcome.kind).toBe('accepted');
    expect(states(outcome)).toEqual([
      [MARIA, 'accepted'],
      ['nao@cliente.test', 'failed'],
      ['depois@cliente.test', 'pending'],
    ]);
    const all = await sender.send(
      'suporte',
      mail({ envelope: { from: '', to: ['nao@cliente.test'] } }),
    );
    expect(all).toMatchObject({ kind: 'refused', code: 550 });
    const some = await sender.send('suporte', mail({ envelope: { from: '', to: to.slice(1) } }));
    expect(some.kind).toBe('temporary');
    expect(states(some)).toEqual([
      ['nao@cliente.test', 'failed'],
      ['depois@cliente.test', 'pending'],
    ]);
    // The connection goes on after a refusal.
    expect((await sender.send('suporte', mail())).kind).toBe('accepted');
  });

  it('keeps at most maxConnections and reuses them over 300 mails', async () => {
    let connected = 0;
    let open = 0;
    let most = 0;
    const counting = await SmtpSink.start({
      onConnect: (_session, callback) => {
        connected += 1;
        most = Math.max(most, (open += 1));
        callback();
      },
      onClose: () => {
        open -= 1;
      },
    });
    const pooled = senderFor({ port: counting.port, maxConnections: 3 });
    const outcomes = await Promise.all(
      Array.from({ length: 300 }, (_, index) =>
        pooled.send('suporte', mail({ messageId: `m${index}@hd.test` })),
      ),
    );
    expect(outcomes.every(({ kind }) => kind === 'accepted')).toBe(true);
    expect(most).toBeLessThanOrEqual(3);
    expect(connected).toBeLessThanOrEqual(3);
    pooled.onApplicationShutdown();
    await eventually('idle connections are closed', () => open === 0);
    await counting.stop();
  });
});

describe('SmtpSender by phase', () => {
  let server: ScriptedSmtp;
  let sender: SmtpSender;
  beforeEach(async () => {
    server = await ScriptedSmtp.start();
    sender = senderFor({ port: server.port, user: 'suporte', password: 'segredo' });
    server.script = { offers: ['AUTH PLAIN LOGIN'] };
  });
  afterEach(async () => {
    sender.onApplicationShutdown();
    await server.stop();
  });
  const attempt = (script: ScriptedSmtp['script'], changes: Partial<OutgoingMail> = {}) => {
    server.script = { offers: ['AUTH PLAIN LOGIN'], ...script };
    return sender.send('suporte', mail(changes));
  };

  it.each<[string, ScriptedSmtp['script'], Partial<SendOutcome>]>([
    ['554 greeting', { greeting: '554 go away' }, { kind: 'mailbox_stopped', code: 554 }],
    ['421 greeting', { greeting: '421 too busy' }, { kind: 'temporary', code: 421 }],
    ['hang-up at the greeting', { greeting: 'cut' }, { kind: 'temporary', code: null }],
    ['535 to AUTH', { auth: '535 5.7.8 wrong password' }, { kind: 'mailbox_stopped', code: 535 }],
    ['454 to AUTH', { auth: '454 4.7.0 later' }, { kind: 'temporary', code: 454 }],
    ['no AUTH offered', { offers: [] }, { kind: 'mailbox_stopped', code: null }],
    [
      '550 to MAIL FROM',
      { mail: '550 5.7.1 not your address' },
      { kind: 'mailbox_stopped', code: 550 },
    ],
    ['451 to MAIL FROM', { mail: '451 later' }, { kind: 'temporary', code: 451 }],
    ['552 to MAIL FROM', { mail: '552 5.3.4 too large' }, { kind: 'refused', code: 552 }],
    ['550 to the only RCPT', { rcpt: () => '550 unknown' }, { kind: 'refused', code: 550 }],
    ['450 to the only RCPT', { rcpt: () => '450 later' }, { kind: 'temporary', code: 450 }],
    ['554 to DATA', { data: '554 no' }, { kind: 'refused', code: 554 }],
    ['554 after the dot', { done: '554 5.7.1 spam' }, { kind: 'refused', code: 554 }],
    ['452 after the dot', { done: '452 4.3.1 full' }, { kind: 'temporary', code: 452 }],
    ['hang-up after the dot', { done: 'cut' }, { kind: 'unknown' }],
    ['hang-up at RCPT', { rcpt: () => 'cut' }, { kind: 'temporary', code: null }],
    ['hang-up at DATA', { data: 'cut' }, { kind: 'temporary', code: null }],
    [
      'a SIZE that is too small',
      { offers: ['AUTH PLAIN', 'SIZE 100'] },
      { kind: 'refused', code: 552 },
    ],
  ])('%s', async (_name, script, expected) => {
    expect(await attempt(script)).toMatchObject(expected);
    expect(
      await attempt({ ...script, offers: [...(script.offers ?? ['AUTH PLAIN']), 'PIPELINING'] }),
    ).toMatchObject(expected);
  });

  it('a hang-up in the middle of a large message is temporary: the final dot was never sent', async () => {
    const attachment = {
      filename: 'a.bin',
      mediaType: 'application/octet-stream',
      contentId: null,
      open: async () => Readable.from([randomBytes(8 * 1024 * 1024)]),
    };
    const outcome = await attempt({ cutAfterBytes: 100_000 }, { attachments: [attachment] });
    expect(outcome).toMatchObject({ kind: 'temporary', code: null });
  });

  it('silence after the final dot is unknown, silence before it temporary', async () => {
    const gate = await TcpGate.to(server.port);
    const patient = senderFor({ port: gate.port, socketTimeoutMs: 300 });
    server.script = {};
    expect((await patient.send('suporte', mail())).kind).toBe('accepted');
    gate.swallow();
    const outcome = await patient.send('suporte', mail());
    expect(outcome).toMatchObject({ kind: 'temporary', code: null });
    patient.onApplicationShutdown();
    await gate.close();
  });

  it('a kept connection that the server had given up is replaced without a word', async () => {
    expect((await attempt({})).kind).toBe('accepted');
    server.hangUp();
    expect((await attempt({})).kind).toBe('accepted');
    expect(server.connections).toBe(2);
    expect(server.messages).toHaveLength(2);
  });

  it('announces 8BITMIME and SMTPUTF8 never where they are not offered, and takes ASCII forms of domains', async () => {
    const to = ['josé@cliente.test', 'maria@domínio.test', MARIA];
    const outcome = await attempt({}, { envelope: { from: '', to } });
    expect(states(outcome)).toEqual([
      ['maria@domínio.test', 'accepted'],
      [MARIA, 'accepted'],
      ['josé@cliente.test', 'failed'],
    ]);
    expect(server.lines.filter((line) => line.startsWith('MAIL'))).toEqual(['MAIL FROM:<>']);
    expect(server.lines).toContain('RCPT TO:<maria@xn--domnio-5va.test>');
    await attempt({ offers: ['AUTH PLAIN', 'SMTPUTF8', '8BITMIME'] });
    sender.onApplicationShutdown();
    const utf8 = await attempt(
      { offers: ['AUTH PLAIN', 'SMTPUTF8', '8BITMIME'] },
      { envelope: { from: '', to } },
    );
    expect(states(utf8)).toContainEqual(['josé@cliente.test', 'accepted']);
    expect(server.lines.findLast((line) => line.startsWith('MAIL'))).toContain('SMTPUTF8');
  });

  it('unknown hosts and closed ports are temporary', async () => {
    const nowhere = senderFor({ host: 'nenhures.invalid' });
    expect(await nowhere.send('suporte', mail())).toMatchObject({ kind: 'temporary', code: null });
    const closed = senderFor({ port: await freePort() });
    expect(await closed.send('suporte', mail())).toMatchObject({ kind: 'temporary', code: null });
  });

  it('a wrong certificate or missing STARTTLS stops the mailbox', async () => {
    const certificates = makeCertificates();
    const tls = new SMTPServer({
      secure: true,
      authOptional: true,
      cert: readFileSync(certificates.cert),
      key: readFileSync(certificates.key),
      onData: (stream, _session, callback) => stream.on('end', () => callback()).resume(),
    });
    await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
    tls.on('error', () => undefined);
    const { port } = tls.server.address() as net.AddressInfo;
    const implicit = { host: 'localhost', port, tls: 'implicit' as const };
    const trusting = senderFor({ ...implicit, ca: certificates.ca });
    expect((await trusting.send('suporte', mail())).kind).toBe('accepted');
    trusting.onApplicationShutdown();
    const unknown = await senderFor(implicit).send('suporte', mail());
    expect(unknown).toMatchObject({ kind: 'mailbox_stopped', code: null });
    await new Promise<void>((resolve) => tls.close(() => resolve()));

    const upgrading = new SMTPServer({
      authOptional: true,
      cert: readFileSync(certificates.cert),
      key: readFileSync(certificates.key),
      onMailFrom: (_address, session, callback) =>
        callback(session.secure ? null : new Error('in plain text')),
      onData: (stream, _session, callback) => stream.on('end', () => callback()).resume(),
    });
    await new Promise<void>((resolve) => upgrading.listen(0, '127.0.0.1', resolve));
    upgrading.on('error', () => undefined);
    const submission = upgrading.server.address() as net.AddressInfo;
    const starttls = { host: 'localhost', port: submission.port, tls: 'starttls' as const };
    const upgraded = senderFor({ ...starttls, ca: certificates.ca });
    expect((await upgraded.send('suporte', mail())).kind).toBe('accepted');
    upgraded.onApplicationShutdown();
    expect((await senderFor(starttls).send('suporte', mail())).kind).toBe('mailbox_stopped');
    await new Promise<void>((resolve) => upgrading.close(() => resolve()));

    const missing = await senderFor({ port: server.port, tls: 'starttls' }).send('suporte', mail());
    expect(missing.kind).toBe('mailbox_stopped');
    certificates.remove();
  });
});
