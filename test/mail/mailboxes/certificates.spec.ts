import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { ExpiryWatch } from '../../../src/modules/mailboxes/expiry-watch.js';
import { NoteCertificate } from '../../../src/modules/mailboxes/commands/note-certificate.js';
import { MailCredentials } from '../../../src/modules/mailboxes/gateway/mail-credentials.js';
import type { OAuthTokens } from '../../../src/modules/mailboxes/gateway/oauth-tokens.js';
import { ExpiryStore } from '../../../src/modules/mailboxes/store/expiry.store.js';
import {
  MailSessions,
  SmtpSender,
  type OutgoingMail,
} from '../../../src/modules/mailboxes/index.js';
import { Metrics } from '../../../src/operations/metrics.js';
import { Readiness } from '../../../src/operations/readiness.js';
import { FiguresStore } from '../../../src/operations/store/figures.store.js';
import { TrafficStore } from '../../../src/operations/store/traffic.store.js';
import { makeCertificates, type TestCertificates } from '../../support/certificates.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import { Dovecot } from '../../support/dovecot.js';
import { SmtpSink } from '../../support/smtp-sink.js';
import { mailboxConfig } from './mailbox-config.js';

const BOX = 'suporte@hd.test';
const DAY_SECONDS = 86_400;

describe('certificates that run out, on Dovecot and real SMTP', () => {
  let fresh: FreshDatabase;
  let dovecot: Dovecot;
  let sender: SmtpSender | undefined;
  const certificates: TestCertificates[] = [];
  const made = (days: number): TestCertificates => {
    const pair = makeCertificates(days);
    certificates.push(pair);
    return pair;
  };
  const sinks: SmtpSink[] = [];
  const smtpWith = async (pair: TestCertificates): Promise<SmtpSink> => {
    const [cert, key] = [readFileSync(pair.cert), readFileSync(pair.key)];
    const sink = await SmtpSink.start({ secure: true, cert, key });
    sinks.push(sink);
    return sink;
  };

  beforeAll(async () => {
    fresh = await freshDatabase({ now: new Date() });
    dovecot = await Dovecot.start([BOX], { tls: made(2) });
    await fresh.database.inTransaction(async (tx) => {
      await tx.execute(
        "insert into queues (key, name, private) values ('support', 'Suporte', false)",
      );
      await tx.execute(
        "insert into mailboxes (key, address, queue_key) values ('suporte', 'suporte@hd.test', 'support')",
      );
    });
  });
  afterAll(async () => {
    sender?.onApplicationShutdown();
    for (const sink of sinks) await sink.stop();
    await dovecot?.stop();
    await fresh?.close();
    for (const pair of certificates) pair.remove();
  });

  const mail: OutgoingMail = {
    envelope: { from: BOX, to: ['maria@cliente.test'] },
    messageId: 'a@hd.test',
    inReplyTo: null,
    references: [],
    date: new Date(),
    from: { address: BOX, name: '' },
    replyTo: null,
    to: [{ address: 'maria@cliente.test', name: '' }],
    cc: [],
    subject: 'x',
    text: 'x',
    html: null,
    headers: {},
    attachments: [],
  };

  it('each is kept as a connection showed it, counted down everywhere, an alarm at both limits, cleared when renewed', async () => {
    const old = made(10);
    const sink = await smtpWith(old);
    const on = { host: 'localhost', tls: 'implicit' as const };
    const config = mailboxConfig({
      suporte: {
        imap: { ...on, port: dovecot.imapsPort, ca: certificates[0]!.ca },
        smtp: { ...on, port: sink.port, ca: old.ca },
      },
    });
    const store = new ExpiryStore(fresh.database);
    const noting = new NoteCertificate(store, fresh.clock);
    const credentials = new MailCredentials({} as OAuthTokens);
    const session = await new MailSessions(config, credentials, noting).connect('suporte');
    await session.close();
    sender = new SmtpSender(config, credentials, noting);
    expect((await sender.send('suporte', mail)).kind).toBe('accepted');

    const { background, wakeups, clock, alarms, database } = fresh;
    const watch = new ExpiryWatch(background, wakeups, config, clock, alarms, store);
    const open = async (): Promise<string[]> =>
      (await alarms.open()).map(({ key, severity }) => `${key} ${severity}`).toSorted();
    await watch.round();
    expect(await open()).toEqual([
      'mailbox.suporte.certificate_imap critical',
      'mailbox.suporte.certificate_smtp warning',
    ]);
    expect((await alarms.open()).every(({ message }) => message.includes('localhost'))).toBe(true);

    const figures = new FiguresStore(database);
    const page = await new Metrics(
      figures,
      new TrafficStore(database),
      alarms,
      fresh.leases,
      config,
    ).read();
    const seconds = (protocol: string): number =>
      Number(
        new RegExp(
          `helpdesk_certificate_expires_seconds\\{mailbox="suporte",protocol="${protocol}"\\} (\\S+)`,
        ).exec(page)![1],
      );
    expect(seconds('imap') / DAY_SECONDS).toBeCloseTo(2, 1);
    expect(seconds('smtp') / DAY_SECONDS).toBeCloseTo(10, 1);
    const ready = await new Readiness(figures, alarms).check();
    expect(ready).toMatchObject({
      ready: true,
      expires: {
        'mailbox.suporte.certificate_imap': expect.any(Number),
        'mailbox.suporte.certificate_smtp': expect.any(Number),
      },
    });

    // A week later the second limit is passed: news once more.
    const [, before] = await alarms.open();
    clock.advanceMs(7.5 * DAY_SECONDS * 1000);
    await watch.round();
    expect(await open()).toContain('mailbox.suporte.certificate_smtp critical');
    const after = (await alarms.open()).find(({ key }) => key.endsWith('smtp'));
    expect(after!.raisedAt.getTime()).toBeGreaterThan(before!.raisedAt.getTime());

    const renewed = made(90);
    const again = await smtpWith(renewed);
    Object.assign(config.get().mailboxes['suporte']!.smtp, { port: again.port, ca: renewed.ca });
    expect((await sender.send('suporte', mail)).kind).toBe('accepted');
    // IMAP is spoken to without TLS from now on: what was seen before counts no more.
    Object.assign(config.get().mailboxes['suporte']!.imap, { port: dovecot.imapPort, tls: 'none' });
    await watch.round();
    expect(await open()).toEqual([]);
  }, 60_000);
});
