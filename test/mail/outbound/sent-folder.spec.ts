import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ImapFlow } from 'imapflow';
import { RecordedMailStore } from '../../../src/modules/mailbox-intake/store/recorded-mail.store.js';
import { SentCopies } from '../../../src/modules/outbound-mail/sending/sent-copies.js';
import { UnknownMails } from '../../../src/modules/outbound-mail/sending/unknown-mails.js';
import { UnknownMailStore } from '../../../src/modules/outbound-mail/store/unknown-mail.store.js';
import { Dovecot } from '../../support/dovecot.js';
import { eventually } from '../../support/eventually.js';
import type { HttpApp } from '../../support/http-app.js';
import { SmtpSink } from '../../support/smtp-sink.js';
import { rawMail, WatchedDesk } from '../intake/watched-desk.js';
import { ScriptedSmtp } from '../mailboxes/scripted-smtp.js';

const PASSWORD = 'segredo-imap';

describe('the Sent folder', () => {
  let dovecot: Dovecot;
  let desk: WatchedDesk;
  let users = 0;
  const ending: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    dovecot = await Dovecot.start([]);
  });
  afterEach(async () => {
    for (const end of ending.splice(0).reverse()) await end();
  });
  afterAll(() => dovecot?.stop());

  const open = async (
    smtpPort: number,
    options: { mailbox?: string; extra?: string } = {},
  ): Promise<string> => {
    const address = `enviadas${(users += 1)}@hd.test`;
    dovecot.addUser(address, PASSWORD);
    const opened = await WatchedDesk.open(dovecot, address, {
      extra: options.extra ?? '',
      mailbox: `startFrom: '2020-01-01'\n${options.mailbox ?? ''}`,
      smtpPort,
    });
    desk = opened;
    ending.push(() => opened.close());
    return address;
  };
  const withImap = async <Result>(
    address: string,
    work: (client: ImapFlow) => Promise<Result>,
  ): Promise<Result> => {
    const client = new ImapFlow({
      host: '127.0.0.1',
      port: dovecot.imapPort,
      secure: false,
      auth: { user: address, pass: PASSWORD },
      logger: false,
    });
    await client.connect();
    await client.mailboxOpen('Sent');
    const result = await work(client);
    await client.logout();
    return result;
  };
  const inSent = (address: string): Promise<{ raw: string; seen: boolean }[]> =>
    withImap(address, async (client) => {
      const found: { raw: string; seen: boolean }[] = [];
      for await (const message of client.fetch('1:*', { source: true, flags: true }))
        found.push({ raw: message.source!.toString(), seen: message.flags!.has('\\Seen') });
      return found;
    });
  /** A customer wrote, an agent answered; the outbox row of the answer. */
  const answered = async (address: string, app: HttpApp = desk.app): Promise<string> => {
    await dovecot.deliver(address, rawMail());
    await desk.dispositions(1);
    const [ticket] = await desk.query<{ id: string }>('select id from tickets');
    const agent = await app.agent({ email: 'ana@hd.test', queues: ['suporte'] });
    await app
      .api()
      .post(`/api/v1/tickets/${ticket!.id}/replies`)
      .set('authorization', `Bearer ${agent.token}`)
      .send({ text: 'Segue a resposta.\n.ponto no começo da linha\n\n-- \nAna' })
      .expect(201);
    const [row] = await desk.query<{ id: string }>(`select id from outbox where kind = 'reply'`);
    return row!.id;
  };
  const row = async (id: string) => {
    const [found] = await desk.query<{
      state: string;
      copy: string | null;
      messageId: string;
      sentAt: Date | null;
      attempts: number;
    }>(
      `select state, sent_copy as copy, message_id as "messageId", sent_at as "sentAt", attempts from outbox where id = $1`,
      [id],
    );
    return found!;
  };
  const inState = (id: string, state: string) =>
    eventually(`mail ${id} is ${state}`, async () => {
      const found = await row(id);
      return found.state === state ? found : null;
    });
  const copies = (app: HttpApp = desk.app): Promise<unknown> =>
    app.app.get(SentCopies, { strict: false }).round();
  const look = (app: HttpApp = desk.app): Promise<unknown> =>
    app.app.get(UnknownMails, { strict: false }).round();
  const later = (ms: number): void => desk.app.clock.advanceMs(ms);

  it('D24: an answer is filed there once, seen, byte for byte as it was sent, and recognised as our own', async () => {
    const sink = await SmtpSink.start();
    ending.push(() => sink.stop());
    const address = await open(sink.port);
    const id = await answered(address);
    await inState(id, 'sent');
    await copies();
    expect(await inSent(address)).toHaveLength(0);
    later(20_000);
    // Two processes at the same moment.
    const other = await desk.another();
    ending.push(() => other.close());
    other.clock.set(desk.app.clock.now());
    await Promise.all([copies(), copies(other)]);
    await copies();
    expect((await row(id)).copy).toBe('filed');
    const [copy, ...more] = await inSent(address);
    expect(more).toEqual([]);
    expect(copy!.seen).toBe(true);
    const sent = sink.mails.find(({ raw }) => raw.includes('Segue a resposta'))!;
    expect(copy!.raw).toBe(sent.raw.toString());

    // The process died between the filing and its record.
    await desk.query(`update outbox set sent_copy = 'pending' where id = $1`, [id]);
    await copies();
    expect((await row(id)).copy).toBe('found');
    expect(await inSent(address)).toHaveLength(1);
    // The acknowledgement was written by nobody: none of it is wanted there.
    const [none] = await desk.query(
      `select sent_copy from outbox where kind = 'acknowledgement' and sent_copy is not null`,
    );
    expect(none).toBeUndefined();
    await eventually('the copy is recorded as our own', async () => {
      const rows = await desk.query<{ disposition: string }>(
        `select disposition from intake where folder_role = 'sent'`,
      );
      return rows.length === 1 && rows[0]!.disposition === 'own';
    });
    const outside = await desk.query('select 1 from messages where via_outside');
    expect(outside).toEqual([]);
  }, 60_000);

  it('always: also what is automatic; while the server is away it is tried again, with an alarm', async () => {
    const sink = await SmtpSink.start();
    ending.push(() => sink.stop());
    const address = await open(sink.port, { mailbox: 'folders: { sentCopy: always }' });
    const id = await answered(address);
    await inState(id, 'sent');
    await eventually('the acknowledgement is sent', async () => {
      const rows = await desk.query(`select 1 from outbox where state = 'sent'`);
      return rows.length === 2;
    });
    await desk.watcher.stop();
    await dovecot.kill();
    for (let tries = 0; tries < 5; tries += 1) {
      later(30 * 60_000);
      await copies();
    }
    const alarms = () =>
      desk.query<{ key: string }>('select key from alarms where cleared_at is null');
    expect((await alarms()).map(({ key }) => key)).toContain('sent-copy.suporte');
    expect((await row(id)).copy).toBe('pending');
    await dovecot.boot();
    later(60 * 60_000);
    await copies();
    expect(await inSent(address)).toHaveLength(2);
    expect((await alarms()).map(({ key }) => key)).not.toContain('sent-copy.suporte');
    expect(
      await desk.app.app.get(RecordedMailStore, { strict: false }).mailboxesWithWork(),
    ).toEqual([]);
  }, 60_000);

  describe('mail of unknown fate', () => {
    const offers = ['AUTH PLAIN LOGIN'];
    let server: ScriptedSmtp;
    /** The connection ends behind the last byte of the answer. */
    const lost = async (
      extra: string,
      mailbox = '',
    ): Promise<{ id: string; address: string; message: string }> => {
      server = await ScriptedSmtp.start();
      ending.push(() => server.stop());
      server.script = { offers };
      const address = await open(server.port, { extra, mailbox });
      await dovecot.deliver(address, rawMail());
      await desk.dispositions(1);
      await eventually('the acknowledgement is sent', async () => {
        const rows = await desk.query(`select 1 from outbox where state = 'sent'`);
        return rows.length === 1;
      });
      server.script = { offers, done: 'cut' };
      const [ticket] = await desk.query<{ id: string }>('select id from tickets');
      const agent = await desk.app.agent({ email: 'ana@hd.test', queues: ['suporte'] });
      await desk.app
        .api()
        .post(`/api/v1/tickets/${ticket!.id}/replies`)
        .set('authorization', `Bearer ${agent.token}`)
        .send({ text: 'Segue a resposta.' })
        .expect(201);
      const [found] = await desk.query<{ id: string }>(
        `select id from outbox where kind = 'reply'`,
      );
      await inState(found!.id, 'unknown');
      server.script = { offers };
      await desk.app.drain();
      const message = server.messages.find((raw) => raw.includes('Segue a resposta'))!;
      return { id: found!.id, address, message };
    };
    const clocks = () =>
      desk.query<{ state: string; endedAt: Date | null; startedAt: Date }>(
        `select c.state, c.ended_at as "endedAt", t.started_at as "startedAt" from clocks c
           cross join lateral (select started_at from outbox_attempts a join outbox o on o.id = a.outbox_id
                                where o.kind = 'reply' order by attempt desc limit 1) t
          where c.kind = 'first_return'`,
      );
    const actions = (id: string) =>
      desk.query<{ action: string; actor: string; details: Record<string, unknown> }>(
        `select action, actor_kind as actor, details from outbox_actions where outbox_id = $1 order by id`,
        [id],
      );

    it('D19: a copy that the provider filed in Sent shows that it left: met as of the last attempt', async () => {
      const { id, address, message } = await lost('');
      // Nothing shows anything yet, and the rule is to ask.
      await look();
      expect((await clocks())[0]!.state).toBe('running');
      expect(await desk.query('select marks from tickets')).toEqual([
        { marks: ['entrega_falhou'] },
      ]);
      later(31 * 60_000);
      await look();
      expect(await row(id)).toMatchObject({ state: 'unknown', attempts: 1 });
      expect(await actions(id)).toMatchObject([
        { action: 'looked', actor: 'system', details: { rule: 'ask', sentFolder: 'not_there' } },
      ]);
      // The provider gave it an id of its own; our header is still in it.
      await desk.watcher.stop();
      const renamed = message.replace(/^Message-ID: <[^>]+>/im, 'Message-ID: <own@provider.test>');
      await withImap(address, (client) => client.append('Sent', Buffer.from(renamed), ['\\Seen']));
      later(61 * 60_000);
      await look();
      const found = await row(id);
      expect(found).toMatchObject({ state: 'sent', attempts: 1, copy: 'found' });
      expect((await actions(id)).at(-1)).toMatchObject({
        action: 'confirmed',
        actor: 'system',
        details: { evidence: 'sent_folder' },
      });
      await desk.app.drain();
      const [clock] = await clocks();
      expect(clock!.state).toBe('met');
      expect(clock!.endedAt).toEqual(clock!.startedAt);
      expect(await desk.query('select marks from tickets')).toEqual([{ marks: [] }]);
    }, 60_000);

    it('D19: the customer’s answer to it is evidence', async () => {
      const { id, address } = await lost('');
      const { messageId } = await row(id);
      await dovecot.deliver(
        address,
        rawMail({ subject: 'Re: resposta', headers: `In-Reply-To: <${messageId}>` }),
      );
      await desk.dispositions(2);
      await look();
      expect((await row(id)).state).toBe('sent');
      expect((await actions(id)).at(-1)!.details).toMatchObject({ evidence: 'answer' });
    }, 60_000);

    it('D19: resend_once: once, under the same Message-ID, after the look at Sent; then people decide', async () => {
      const { id } = await lost('outbox: { unknown: resend_once, unknownAfterMinutes: 10 }');
      await look();
      expect((await row(id)).state).toBe('unknown');
      later(11 * 60_000);
      server.script = { offers, done: 'cut' };
      await look();
      await eventually('it is sent once more', async () => (await row(id)).attempts === 2);
      await inState(id, 'unknown');
      server.script = { offers };
      later(24 * 60 * 60_000);
      await look();
      expect(await row(id)).toMatchObject({ state: 'unknown', attempts: 2 });
      const sent = server.messages.filter((raw) => raw.includes('Segue a resposta'));
      expect(sent).toHaveLength(2);
      expect(sent[0]).toBe(sent[1]);
      expect((await actions(id)).map(({ action }) => action)).toEqual(['resent', 'looked']);
      // A person knows better.
      const agent = await desk.app.agent({ email: 'bia@hd.test', queues: ['suporte'] });
      const confirm = () =>
        desk.app
          .api()
          .post(`/api/v1/outbox/${id}/confirm`)
          .set('authorization', `Bearer ${agent.token}`)
          .send({});
      const confirmed = await confirm().expect(200);
      expect(confirmed.body).toMatchObject({ state: 'sent', sentCopy: 'pending' });
      await confirm().expect(409);
      await desk.app.drain();
      expect((await clocks())[0]!.state).toBe('met');
    }, 60_000);

    it('resend_once while the mailbox cannot be read: said once, and sent again once it was read', async () => {
      const { id } = await lost('outbox: { unknown: resend_once, unknownAfterMinutes: 10 }');
      await desk.watcher.stop();
      await dovecot.kill();
      later(11 * 60_000);
      await look();
      later(61 * 60_000);
      await look();
      expect(await row(id)).toMatchObject({ state: 'unknown', attempts: 1 });
      expect(await actions(id)).toMatchObject([
        { action: 'looked', details: { rule: 'resend_once', sentFolder: 'not_reached' } },
      ]);
      await dovecot.boot();
      later(61 * 60_000);
      await look();
      await inState(id, 'sent');
      expect((await actions(id)).map(({ action }) => action)).toEqual(['looked', 'resent']);
    }, 60_000);

    it('D19: the ten days of looking begin with the doubt, not with the mail', async () => {
      const { id } = await lost('');
      await desk.query(`update outbox set created_at = created_at - interval '20 days'`);
      later(31 * 60_000);
      await look();
      expect(await actions(id)).toMatchObject([{ action: 'looked' }]);
      later(10 * 24 * 60 * 60_000);
      const store = desk.app.app.get(UnknownMailStore, { strict: false });
      expect(await store.inDoubt(desk.app.clock.now())).toEqual([]);
    }, 60_000);

    it('what a restore brought back is never given to a rule; assume_sent counts it as sent', async () => {
      const { id } = await lost('outbox: { unknown: resend_once, unknownAfterMinutes: 10 }');
      // A restored backup brings back mail without the attempt that it may have had since: no rule may decide about that.
      await desk.query('delete from outbox_attempts where outbox_id = $1', [id]);
      later(24 * 60 * 60_000);
      await look();
      expect(await row(id)).toMatchObject({ state: 'unknown', attempts: 1 });
      expect(await actions(id)).toMatchObject([{ action: 'looked', details: { rule: 'ask' } }]);
      const other = await lost('outbox: { unknown: assume_sent, unknownAfterMinutes: 10 }');
      later(11 * 60_000);
      await look();
      expect((await row(other.id)).state).toBe('sent');
      expect(await actions(other.id)).toMatchObject([{ action: 'assumed_sent', actor: 'system' }]);
      await desk.app.drain();
      expect((await clocks())[0]!.state).toBe('met');
    }, 60_000);
  });
});
