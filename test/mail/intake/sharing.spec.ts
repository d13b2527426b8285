import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MailboxShares } from '../../../src/modules/mailbox-intake/background/mailbox-shares.js';
import { CurrentConfig } from '../../../src/config/index.js';
import { Background, Leases } from '../../../src/platform/index.js';
import { Dovecot } from '../../support/dovecot.js';
import { eventually } from '../../support/eventually.js';
import { anotherApp, httpApp, type HttpApp } from '../../support/http-app.js';
import { SmtpSink } from '../../support/smtp-sink.js';
import { rawMail } from './watched-desk.js';

const KEYS = Array.from({ length: 6 }, (_, index) => `caixa${index + 1}`);
const address = (key: string): string => `${key}@hd.test`;

describe('six mailboxes on Dovecot, shared out among workers', () => {
  let dovecot: Dovecot;
  let sink: SmtpSink;
  let first: HttpApp;
  let second: HttpApp;
  let sent = 0;

  beforeAll(async () => {
    dovecot = await Dovecot.start([]);
    sink = await SmtpSink.start();
    for (const key of KEYS) dovecot.addUser(address(key), 'segredo-imap');
    const mailbox = (key: string): string => `  ${key}:
    address: ${address(key)}
    queue: suporte
    startFrom: '2000-01-01'
    imap: { host: 127.0.0.1, port: ${dovecot.imapPort}, tls: none, user: '${address(key)}', password: '\${IMAP_PASSWORD}' }
    smtp: { host: 127.0.0.1, port: ${sink.port}, tls: none }
`;
    const yaml = `
company: { name: Empresa Teste, domains: [hd.test] }
http: { publicUrl: http://127.0.0.1:3000, cookies: { secure: false } }
queues: { suporte: { name: Suporte } }
mailboxes:
${KEYS.map(mailbox).join('')}`;
    first = await httpApp(yaml);
    second = await anotherApp(first, yaml);
    const now = new Date();
    for (const { app, clock } of [first, second]) {
      clock.set(now);
      app.get(MailboxShares, { strict: false }).times = {
        settleMs: 1_500,
        patienceMs: 3_000,
        overtimeMs: 3_000,
      };
    }
  }, 60_000);
  afterAll(async () => {
    if (second !== undefined) await background(second).stopAll();
    if (first !== undefined) await background(first).stopAll();
    await second?.close();
    await first?.close();
    await sink?.stop();
    await dovecot?.stop();
  });

  const background = ({ app }: HttpApp): Background => app.get(Background, { strict: false });

  const write = async (): Promise<void> => {
    for (const key of KEYS) {
      sent += 1;
      const from = `cliente${sent}@cliente.test`;
      await dovecot.deliver(address(key), rawMail({ from: `Cliente <${from}>` }), from);
    }
  };

  /** Until each of these processes holds so many mailboxes, by their living leases. */
  const hold = (
    what: string,
    expected: readonly (readonly [HttpApp, number])[],
  ): Promise<unknown> =>
    eventually(what, async () => {
      const held = await first.fresh.leases.living('mailbox:');
      return expected.every(([{ app }, count]) => {
        const { owner } = app.get(Leases, { strict: false });
        return held.filter((lease) => lease.owner === owner).length === count;
      });
    });

  it('D22 D7: one holds all; a second gets half; when one ends the other has all; every mail once, every answer once', async () => {
    background(first).startAll();
    await hold('the first holds all', [[first, 6]]);
    await write();
    background(second).startAll();
    await write();
    await hold('each holds three', [
      [first, 3],
      [second, 3],
    ]);
    await write();
    // As at SIGTERM (main.ts), with mail in hand.
    const begun = performance.now();
    await background(first).stopAll();
    await hold('the second holds all', [[second, 6]]);
    expect(performance.now() - begun).toBeLessThan(10_000);
    await write();

    const states = (): Promise<{ disposition: string; tickets: number; sent: number }[]> =>
      first.database.query(
        `select i.disposition, (select count(*)::int from tickets) as tickets,
                (select count(*)::int from outbox where state = 'sent') as sent from intake i`,
      );
    await eventually('everything is answered', async () => {
      const rows = await states();
      return rows.length >= sent && rows[0]!.sent >= sent;
    });
    const rows = await states();
    expect(rows.map(({ disposition }) => disposition)).toEqual(
      Array.from({ length: sent }, () => 'ticket_opened'),
    );
    expect(rows[0]).toMatchObject({ tickets: sent, sent });
    const answered = sink.mails.flatMap(({ recipients }) => recipients).sort();
    expect(answered).toEqual(
      Array.from({ length: sent }, (_, index) => `cliente${index + 1}@cliente.test`).sort(),
    );
  }, 90_000);

  it('a mailbox whose configuration changed gets a new session, the others keep theirs', async () => {
    const tokens = async (): Promise<Record<string, string>> => {
      const rows = await first.database.query<{ name: string; token: string }>(
        `select name, token::text from leases where name like 'mailbox:%' order by name`,
      );
      return Object.fromEntries(rows.map(({ name, token }) => [name, token]));
    };
    const before = await tokens();
    const current = second.app.get(CurrentConfig, { strict: false });
    const config = structuredClone(current.get());
    config.mailboxes['caixa1']!.pollIntervalSeconds = 7;
    current.replace({ version: current.version + 1, config });
    await eventually(
      'the mailbox is held anew',
      async () => (await tokens())['mailbox:caixa1'] !== before['mailbox:caixa1'],
    );
    await hold('all are held', [[second, 6]]);
    const after = await tokens();
    expect({ ...after, 'mailbox:caixa1': '' }).toEqual({ ...before, 'mailbox:caixa1': '' });
    await write();
    await eventually('new mail is answered', () => sink.mails.length >= sent);
  }, 60_000);
});
