import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import net from 'node:net';
import {
  MailSessionError,
  MailSessions,
  type MailSession,
  type MailSessionFailure,
} from '../../../src/modules/mailboxes/index.js';
import { MailCredentials } from '../../../src/modules/mailboxes/gateway/mail-credentials.js';
import type { OAuthTokens } from '../../../src/modules/mailboxes/gateway/oauth-tokens.js';
import { Dovecot } from '../../support/dovecot.js';
import { eventually } from '../../support/eventually.js';
import { freePort } from '../../support/ports.js';
import { makeCertificates, type TestCertificates } from '../../support/certificates.js';
import { mailboxConfig, type TestMailbox } from './mailbox-config.js';
import { TcpGate } from './tcp-gate.js';

const BOX = 'suporte@hd.test';

function sessionsFor(mailbox: TestMailbox): MailSessions {
  const noTokens = {} as OAuthTokens;
  return new MailSessions(mailboxConfig({ suporte: mailbox }), new MailCredentials(noTokens));
}

async function failureOf(work: Promise<unknown>): Promise<MailSessionFailure> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(MailSessionError);
  return (error as MailSessionError).failure;
}

const mail = (subject: string, body = 'Olá'): string =>
  `From: maria@cliente.test\r\nTo: ${BOX}\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@cliente.test>\r\n\r\n${body}\r\n`;

describe('MailSession on Dovecot', () => {
  let certificates: TestCertificates;
  let dovecot: Dovecot;
  let open: MailSession[] = [];

  beforeAll(async () => {
    certificates = makeCertificates();
    // No penalty after the wrong password of one test: it would delay the log-ins of the next ones.
    const extra = 'service anvil {\n  unix_listener anvil-auth-penalty {\n    mode = 0\n  }\n}';
    dovecot = await Dovecot.start([BOX], { tls: certificates, quota: '60M', extra });
  });
  afterEach(async () => {
    await Promise.all(open.map((session) => session.close()));
    open = [];
    dovecot.doveadm('expunge', '-u', BOX, 'mailbox', 'INBOX', 'all');
  });
  afterAll(async () => {
    await dovecot.stop();
    certificates.remove();
  });

  const connect = async (mailbox: TestMailbox = {}): Promise<MailSession> => {
    const imap = { port: dovecot.imapPort, ...mailbox.imap };
    const session = await sessionsFor({ ...mailbox, imap }).connect('suporte');
    open.push(session);
    return session;
  };
  const collect = async (session: MailSession, uids: number[]): Promise<Map<number, Buffer>> => {
    const found = new Map<number, Buffer>();
    for await (const { uid, raw } of session.fetchRaw('INBOX', uids)) found.set(uid, raw);
    return found;
  };

  it('announces what is above the cursor, in order, by pages, and never the last message again', async () => {
    const wholeSecond = Math.floor(Date.now() / 1000) * 1000;
    for (const subject of ['a', 'b', 'c', 'd', 'e']) await dovecot.deliver(BOX, mail(subject));
    const session = await connect();
    const position = await session.position('INBOX');
    expect(position).toMatchObject({ folder: 'INBOX', exists: 5 });
    expect(position.uidValidity).toMatch(/^[0-9]+$/);
    const first = position.uidNext - 5;
    const page = await session.announced('INBOX', first - 1, 2);
    expect(page.map(({ uid }) => uid)).toEqual([first, first + 1]);
    expect(page[0]!.sizeBytes).toBeGreaterThan(100);
    expect(page[0]!.internalDate!.getTime()).toBeGreaterThanOrEqual(wholeSecond);
    expect(page[0]!.internalDate!.getTime()).toBeLessThanOrEqual(Date.now());
    const next = await session.announced('INBOX', first + 1, 2);
    expect(next.map(({ uid }) => uid)).toEqual([first + 2, first + 3]);
    expect((await session.announced('INBOX', first + 3, 2)).map(({ uid }) => uid)).toEqual([
      first + 4,
    ]);
    expect(await session.announced('INBOX', first + 4, 2)).toEqual([]);
  });

  it('D22: fetches raw bytes by one FETCH, leaves no flag, and misses what is gone', async () => {
    for (const subject of ['a', 'b', 'c']) await dovecot.deliver(BOX, mail(subject));
    const session = await connect();
    const uids = (await session.announced('INBOX', 0, 10)).map(({ uid }) => uid);
    dovecot.doveadm('expunge', '-u', BOX, 'mailbox', 'INBOX', 'uid', String(uids[1]));
    const found = await collect(await connect(), uids);
    expect([...found.keys()]).toEqual([uids[0], uids[2]]);
    expect(found.get(uids[0]!)!.toString()).toContain('Subject: a\r\n');
    const flags = dovecot.doveadm('fetch', '-u', BOX, 'flags', 'mailbox', 'INBOX', 'all');
    expect(flags).not.toContain('\\Seen');
    await session.position('INBOX');
    expect(await session.streamRaw('INBOX', uids[1]!)).toBeNull();
    expect(await session.fetchPartial('INBOX', uids[1]!)).toBeNull();
  });

  it('streams 30 MB unchanged, a piece at a time', async () => {
    const body = randomBytes(22 * 1024 * 1024)
      .toString('base64')
      .replaceAll(/.{76}/g, '$&\r\n');
    await dovecot.deliver(BOX, mail('grande', body));
    const session = await connect();
    const [announced] = await session.announced('INBOX', 0, 1);
    expect(announced!.sizeBytes).toBeGreaterThan(30_000_000);
    const sent = createHash('sha256').update(body).digest('hex');
    let held = 0;
    const pieces: number[] = [];
    const hash = createHash('sha256');
    let seenHeader = false;
    let tail = Buffer.alloc(0);
    const stream = (await session.streamRaw('INBOX', announced!.uid))!;
    for await (const piece of stream) {
      let chunk = piece as Buffer;
      pieces.push(chunk.length);
      if (!seenHeader) {
        chunk = chunk.subarray(chunk.indexOf('\r\n\r\n') + 4);
        seenHeader = true;
      }
      // The last line break is the delivery's own.
      const joined = Buffer.concat([tail, chunk]);
      hash.update(joined.subarray(0, -2));
      tail = joined.subarray(-2);
      held = Math.max(held, stream.readableLength);
    }
    expect(pieces.reduce((sum, length) => sum + length, 0)).toBe(announced!.sizeBytes);
    expect(hash.digest('hex')).toBe(sent);
    // Each piece is asked for when the last one is taken: never more than the next one waits.
    expect(Math.max(...pieces)).toBeLessThanOrEqual(1024 * 1024);
    expect(held).toBeLessThanOrEqual(1024 * 1024);
  });

  it('D27: fetches header and first text part of a message that is too large', async () => {
    const raw = [
      'From: =?utf-8?q?Jos=C3=A9?= <jose@cliente.test>',
      `To: ${BOX}`,
      'Subject: anexo enorme',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="fora"',
      '',
      '--fora',
      'Content-Type: multipart/alternative; boundary="dentro"',
      '',
      '--dentro',
      'Content-Type: text/html; charset=utf-8',
      '',
      '<p>html</p>',
      '--dentro',
      'Content-Type: text/plain; charset=iso-8859-1',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'n=E3o abre',
      '--dentro--',
      '--fora',
      'Content-Type: application/zip',
      'Content-Transfer-Encoding: base64',
      '',
      'AAAA'.repeat(20_000).replaceAll(/.{76}/g, '$&\r\n'),
      '--fora--',
      '',
    ].join('\r\n');
    await dovecot.deliver(BOX, raw);
    await dovecot.deliver(BOX, mail('simples', 'corpo'));
    const session = await connect();
    const [large, plain] = await session.announced('INBOX', 0, 2);
    const partial = (await session.fetchPartial('INBOX', large!.uid))!.toString();
    expect(partial).toContain('Subject: anexo enorme\r\n');
    expect(partial).toContain('Content-Type: text/plain; charset="iso-8859-1"\r\n');
    expect(partial).toContain('\r\n\r\nn=E3o abre');
    expect(partial).not.toContain('AAAA');
    expect((await session.fetchPartial('INBOX', plain!.uid))!.toString()).toMatch(/\r\n\r\ncorpo/);
  });

  it('IDLE tells of news, also of what came while nobody waited, and ends on abort', async () => {
    await dovecot.deliver(BOX, mail('antes'));
    const session = await connect();
    expect(session.supportsIdle).toBe(true);
    const [first] = await session.announced('INBOX', 0, 10);
    const never = new AbortController();
    const waiting = session.waitForNews('INBOX', 20_000, never.signal);
    await dovecot.deliver(BOX, mail('durante'));
    expect(await waiting).toBe(true);
    const [second] = await session.announced('INBOX', first!.uid, 10);
    expect(second!.uid).toBeGreaterThan(first!.uid);

    await dovecot.deliver(BOX, mail('entre'));
    await session.position('Sent');
    expect(await session.waitForNews('INBOX', 20_000, never.signal)).toBe(true);
    await session.announced('INBOX', second!.uid, 10);

    const abort = new AbortController();
    const aborted = session.waitForNews('INBOX', 20_000, abort.signal);
    abort.abort();
    expect(await aborted).toBe(false);
    expect(await session.waitForNews('INBOX', 50, never.signal)).toBe(false);
    expect(await session.position('INBOX')).toMatchObject({ exists: 3 });
  });

  it('D23, D24: finds Junk and Sent by special use, or as configured; names what exists where one is missing', async () => {
    const session = await connect();
    expect(await session.folders()).toEqual({ inbox: 'INBOX', junk: 'Junk', sent: 'Sent' });
    const chosen = await connect({ folders: { junk: false, sent: 'Processados' } });
    expect(await chosen.folders()).toEqual({ inbox: 'INBOX', junk: null, sent: 'Processados' });
    const wrong = await connect({ folders: { sent: 'Enviados' } });
    for (const work of [wrong.folders(), session.position('Enviados')]) {
      const failure = await failureOf(work);
      expect(failure.kind).toBe('folder_missing');
      expect(failure.message).toContain('"Enviados"');
      expect(failure.message).toContain('Processados');
    }
    // A missing folder is an answer, not the end of the session.
    expect(await session.position('INBOX')).toMatchObject({ folder: 'INBOX' });
  });

  it('marks seen and moves where the mailbox is configured so', async () => {
    for (const subject of ['a', 'b', 'c']) await dovecot.deliver(BOX, mail(subject));
    const session = await connect();
    const uids = (await session.announced('INBOX', 0, 10)).map(({ uid }) => uid);
    await session.markSeen('INBOX', [uids[0]!]);
    expect(
      dovecot.doveadm('fetch', '-u', BOX, 'flags', 'mailbox', 'INBOX', 'uid', String(uids[0])),
    ).toContain('\\Seen');
    await session.move('INBOX', [uids[1]!, uids[2]!], 'Processados');
    expect((await session.position('INBOX')).exists).toBe(1);
    const failure = await failureOf(session.move('INBOX', [uids[0]!], 'Nenhures'));
    expect(failure.kind).toBe('folder_missing');
    dovecot.doveadm('expunge', '-u', BOX, 'mailbox', 'Processados', 'all');
  });

  it('D1: a folder made anew shows another UIDVALIDITY', async () => {
    dovecot.doveadm('mailbox', 'create', '-u', BOX, 'Velha');
    const session = await connect();
    const before = await session.position('Velha');
    dovecot.doveadm('mailbox', 'delete', '-u', BOX, 'Velha');
    dovecot.doveadm('mailbox', 'create', '-u', BOX, 'Velha');
    dovecot.doveadm('mailbox', 'update', '-u', BOX, '--uid-validity', '77777777', 'Velha');
    const again = await connect();
    const after = await again.position('Velha');
    expect(after.uidValidity).toBe('77777777');
    expect(after.uidValidity).not.toBe(before.uidValidity);
    dovecot.doveadm('mailbox', 'delete', '-u', BOX, 'Velha');
  });

  it('speaks implicit TLS and STARTTLS, and checks the certificate', async () => {
    const tlsPort = { port: dovecot.imapsPort, tls: 'implicit' as const };
    const trusted = { host: 'localhost', ca: certificates.ca };
    const implicit = await connect({ imap: { ...tlsPort, ...trusted } });
    expect(await implicit.position('INBOX')).toMatchObject({ folder: 'INBOX' });
    const starttls = await connect({ imap: { ...trusted, tls: 'starttls' } });
    expect(await starttls.position('INBOX')).toMatchObject({ folder: 'INBOX' });

    const unknownAuthority = await failureOf(connect({ imap: { ...tlsPort, host: 'localhost' } }));
    expect(unknownAuthority.kind).toBe('tls');
    expect(unknownAuthority.message).toContain('authority');
    const otherName = await failureOf(connect({ imap: { ...tlsPort, ca: certificates.ca } }));
    expect(otherName.kind).toBe('tls');
    expect(otherName.message).toContain('another name');
    const startUnknown = await failureOf(connect({ imap: { host: 'localhost', tls: 'starttls' } }));
    expect(startUnknown.kind).toBe('tls');
    const notTls = await failureOf(connect({ imap: { tls: 'implicit' } }));
    expect(notTls.kind).toBe('tls');
    expect(notTls.message).toContain('starttls');
  });

  it('says in words: wrong password, unknown host, nobody listens, silence', async () => {
    const password = await failureOf(connect({ imap: { password: 'errada' } }));
    expect(password.kind).toBe('authentication');
    expect(password.message).toContain('user and password');
    expect(password.message).not.toContain('errada');
    expect((await failureOf(connect({ imap: { host: 'nenhures.invalid' } }))).kind).toBe(
      'unknown_host',
    );
    expect((await failureOf(connect({ imap: { port: await freePort() } }))).kind).toBe('refused');
    const mute = net.createServer(() => undefined);
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as net.AddressInfo;
    expect((await failureOf(connect({ imap: { port, socketTimeoutMs: 300 } }))).kind).toBe(
      'timeout',
    );
    mute.close();
  });

  it('finds a half-open connection by its silence, in IDLE and in a command', async () => {
    const gate = await TcpGate.to(dovecot.imapPort);
    const imap = { port: gate.port, socketTimeoutMs: 500 };
    const idle = await connect({ imap });
    await idle.announced('INBOX', 0, 1);
    const never = new AbortController();
    const waiting = failureOf(idle.waitForNews('INBOX', 30_000, never.signal));
    const busy = await connect({ imap });
    gate.swallow();
    expect(['timeout', 'disconnected']).toContain((await waiting).kind);
    expect(['timeout', 'disconnected']).toContain((await failureOf(busy.position('INBOX'))).kind);
    // Never reused: what failed stays failed.
    await failureOf(busy.position('INBOX'));
    await gate.close();
  });

  it('gives up a server that talks and never answers, in a command and in a fetch', async () => {
    await dovecot.deliver(BOX, mail('um'));
    const gate = await TcpGate.to(dovecot.imapPort);
    const imap = { port: gate.port, socketTimeoutMs: 300 };
    const [busy, fetching] = [await connect({ imap }), await connect({ imap })];
    const [announced] = await fetching.announced('INBOX', 0, 1);
    gate.chat('* OK Still here', 50);
    const failures = await Promise.all([
      failureOf(busy.position('INBOX')),
      failureOf(collect(fetching, [announced!.uid])),
    ]);
    for (const failure of failures) {
      expect(failure.kind).toBe('timeout');
      expect(failure.message).toContain('did not answer it in time');
    }
    // Nor does it get in where nobody answers the log-in.
    const greeting = '* OK IMAP4rev1 ready';
    const talker = net.createServer((socket) => {
      socket.on('error', () => undefined);
      const timer = setInterval(() => socket.write(`${greeting}\r\n`), 50);
      socket.on('close', () => clearInterval(timer));
    });
    await new Promise<void>((resolve) => talker.listen(0, '127.0.0.1', resolve));
    const { port } = talker.address() as net.AddressInfo;
    expect((await failureOf(connect({ imap: { port, socketTimeoutMs: 300 } }))).kind).toBe(
      'timeout',
    );
    talker.close();
    await failureOf(busy.position('INBOX'));
    await gate.close();
  });

  it('fails when the server goes away, and a new session goes on where the old one was', async () => {
    const session = await connect();
    await session.announced('INBOX', 0, 1);
    const never = new AbortController();
    const waiting = failureOf(session.waitForNews('INBOX', 30_000, never.signal));
    await dovecot.kill();
    expect((await waiting).kind).toBe('disconnected');
    expect((await failureOf(session.announced('INBOX', 0, 1))).kind).toBe('disconnected');
    expect((await failureOf(connect())).kind).toBe('refused');
    await dovecot.boot();
    await dovecot.deliver(BOX, mail('depois'));
    const again = await connect();
    await eventually(
      'the mail is announced',
      async () => (await again.announced('INBOX', 0, 5)).length === 1,
    );
  });
});
