import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { MailCredentials } from '../../../src/modules/mailboxes/gateway/mail-credentials.js';
import type { OAuthTokens } from '../../../src/modules/mailboxes/gateway/oauth-tokens.js';
import { SmtpSender } from '../../../src/modules/mailboxes/index.js';
import { Templates } from '../../../src/modules/templates/index.js';
import {
  ACKNOWLEDGEMENT,
  openPostRoom,
  postConfig,
  type PostRoom,
} from '../../integration/outbound/post-room.js';
import { eventually } from '../../support/eventually.js';
import { SmtpSink, smtpRefusal } from '../../support/smtp-sink.js';
import { ScriptedSmtp } from '../mailboxes/scripted-smtp.js';

/** The sender with the real gateway towards this port. */
async function roomTowards(port: number): Promise<{ room: PostRoom; close: () => Promise<void> }> {
  const room = await openPostRoom(postConfig('', '', port));
  const smtp = new SmtpSender(room.config, new MailCredentials({} as OAuthTokens));
  room.process(smtp).sender.start();
  return {
    room,
    close: async () => {
      await room.stop();
      smtp.onApplicationShutdown();
    },
  };
}

describe('outgoing mail on a real SMTP server', () => {
  let sink: SmtpSink;
  let room: PostRoom;
  let close: () => Promise<void>;
  beforeEach(async () => {
    sink = await SmtpSink.start();
    ({ room, close } = await roomTowards(sink.port));
  });
  afterEach(async () => {
    await close();
    await sink.stop();
  });

  it('D7, D21: the acknowledgement arrives in the thread, from the null sender, marked as automatic', async () => {
    const ticketId = await room.ticket();
    const templates = new Templates(room.config, room.alarms);
    const content = await templates.render('acknowledgement', {
      requesterName: 'Ana <script> https://golpe.test',
      protocol: ticketId,
      reasonLabel: 'Domínios',
      insideServiceHours: true,
      serviceHours: null,
      promisedDate: 'quarta-feira, 25 de novembro de 2026, até as 18h',
      asksAccessEmail: true,
      asksSupportId: false,
      asksForLink: false,
      notices: [],
      twins: [],
      portalUrl: null,
    });
    const references = ['pergunta@cliente.test'];
    const id = await room.enqueue({
      ...ACKNOWLEDGEMENT,
      ticketId,
      dedupeKey: `acknowledgement:${ticketId}`,
      references,
      content,
    });
    const { messageId } = await room.inState(id, 'sent');
    const caught = await sink.mail('the acknowledgement', () => true);
    expect(caught.envelopeFrom).toBe('');
    expect(caught.recipients).toEqual(['ana@cliente.test']);
    const { parsed } = caught;
    expect(parsed.messageId).toBe(`<${messageId}>`);
    expect(parsed.inReplyTo).toBe('<pergunta@cliente.test>');
    expect(parsed.references).toBe('<pergunta@cliente.test>');
    expect(parsed.subject).toBe(`[Chamado ${ticketId}] Recebemos o seu chamado`);
    expect(parsed.headers.get('auto-submitted')).toBe('auto-replied');
    expect(parsed.headers.get('x-auto-response-suppress')).toBe('All');
    expect(parsed.from!.text).toBe('"Empresa Teste" <suporte@empresa.test>');
    expect(parsed.replyTo!.text).toBe('suporte@empresa.test');
    expect(parsed.text).toContain('quarta-feira, 25 de novembro de 2026, até as 18h');
    expect(parsed.text).not.toContain('golpe');
    expect(parsed.html).toContain(ticketId);
  });

  it('an answer goes to all recipients with its envelope sender; 550 for one of three fails that one', async () => {
    const ticketId = await room.ticket();
    sink.script.onRcptTo = (address) => {
      if (address === 'beto@cliente.test') throw smtpRefusal(550, 'No such user');
    };
    const id = await room.enqueue({
      ticketId,
      cc: ['beto@cliente.test', 'caio@cliente.test'].map((address) => ({ address, name: '' })),
    });
    const entry = await room.inState(id, 'sent');
    expect(entry.recipients.map(({ state, code }) => [state, code])).toEqual([
      ['accepted', 250],
      ['failed', 550],
      ['accepted', 250],
    ]);
    const [caught] = sink.mails;
    expect(caught!.recipients).toEqual(['ana@cliente.test', 'caio@cliente.test']);
    expect(caught!.envelopeFrom).toBe('suporte@empresa.test');
    expect(caught!.parsed.headers.has('auto-submitted')).toBe(false);
    expect((await room.news()).map(({ topic }) => topic)).toEqual([
      'outbound.sent',
      'outbound.failed',
    ]);
    // The failed one alone is corrected and gets the same mail.
    sink.script.onRcptTo = undefined;
    const correction = { recipient: 'betina@cliente.test', replaces: null };
    await room.retry.run(
      id,
      { agentId: null, visibleQueues: null },
      { value: null, source: 'body' },
      correction,
    );
    const again = await sink.mail('the corrected copy', (one) => one !== caught);
    expect(again.recipients).toEqual(['betina@cliente.test']);
    expect(again.parsed.messageId).toBe(caught!.parsed.messageId);
  });

  it('450 waits and comes again; 554 after DATA fails at once', async () => {
    let greylisted = true;
    sink.script.onRcptTo = () => {
      if (greylisted) throw smtpRefusal(450, 'Greylisted');
    };
    const id = await room.enqueue({});
    await eventually('put off', async () => (await room.entry(id)).recipients[0]?.code === 450);
    expect((await room.entry(id)).state).toBe('queued');
    greylisted = false;
    sink.script.onMessage = () => {
      throw smtpRefusal(554, 'Content rejected');
    };
    room.clock.advanceMs(60_000);
    const entry = await room.inState(id, 'failed');
    expect(entry.attempts.map(({ outcome, code }) => [outcome, code])).toEqual([
      ['temporary', 450],
      ['refused', 554],
    ]);
  });

  it('an attachment leaves with the mail', async () => {
    const content = Buffer.from('abc');
    const sha256 = createHash('sha256').update(content).digest();
    await room.database.query(
      'insert into blobs (sha256, size_bytes, content) values ($1, 3, $2)',
      [sha256, content],
    );
    const file = { sha256, filename: 'relatório.txt', mediaType: 'text/plain', sizeBytes: 3 };
    const id = await room.enqueue({ attachments: [{ ...file, contentId: null }] });
    await room.inState(id, 'sent');
    expect(sink.mails[0]!.parsed.attachments).toMatchObject([{ filename: 'relatório.txt' }]);
    expect(sink.mails[0]!.parsed.attachments[0]!.content.toString()).toBe('abc');
  });

  it('two processes and hundreds of mails: each arrives once', async () => {
    const other = new SmtpSender(room.config, new MailCredentials({} as OAuthTokens));
    room.process(other).sender.start();
    await Promise.all(
      Array.from({ length: 300 }, (_, i) =>
        room.enqueue({ to: [{ address: `c${i}@cliente.test`, name: '' }] }),
      ),
    );
    await eventually('all are sent', async () => {
      const left = await room.database.query(`select 1 from outbox where state <> 'sent'`);
      return left.length === 0;
    });
    const addresses = sink.mails.flatMap(({ recipients }) => recipients);
    expect(addresses).toHaveLength(300);
    expect(new Set(addresses).size).toBe(300);
    other.onApplicationShutdown();
  });
});

describe('a server that says odd things', () => {
  const offers = ['AUTH PLAIN LOGIN'];

  let server: ScriptedSmtp;
  let room: PostRoom;
  let close: () => Promise<void>;
  beforeEach(async () => {
    server = await ScriptedSmtp.start();
    ({ room, close } = await roomTowards(server.port));
  });
  afterEach(async () => {
    await close();
    await server.stop();
  });

  it('421 at the greeting slows the lane; everything arrives afterwards, once', async () => {
    server.script = { offers, greeting: '421 4.3.2 closing' };
    const ids = [await room.enqueue({}), await room.enqueue({})];
    await eventually('put off', async () => {
      const [entry] = await Promise.all(ids.map((id) => room.entry(id)));
      return entry!.attempts[0]?.outcome === 'temporary';
    });
    server.script = { offers };
    room.clock.advanceMs(10 * 60_000);
    for (const id of ids) await room.inState(id, 'sent');
    expect(server.messages).toHaveLength(2);
  });

  it('5xx at AUTH leaves the rows queued and alarms, then goes on', async () => {
    server.script = { offers, auth: '535 5.7.8 Bad credentials' };
    const id = await room.enqueue({});
    await eventually('the alarm', async () =>
      (await room.alarms.open()).some(({ key }) => key === 'sending.suporte'),
    );
    expect(await room.entry(id)).toMatchObject({
      state: 'queued',
      attempts: [{ outcome: 'not_tried', code: 535 }],
      recipients: [{ state: 'pending' }],
    });
    server.script = { offers };
    room.clock.advanceMs(31_000);
    await room.inState(id, 'sent');
    await eventually('no alarm', async () => (await room.alarms.open()).length === 0);
  });

  it('a connection cut after the final dot leaves the fate unknown, and nothing is sent twice', async () => {
    server.script = { offers, done: 'cut' };
    const ticketId = await room.ticket();
    const id = await room.enqueue({ ticketId });
    await room.inState(id, 'unknown');
    server.script = { offers };
    room.clock.advanceMs(24 * 60 * 60_000);
    await room.inState(await room.enqueue({}), 'sent');
    expect(server.messages.filter((raw) => raw.includes(`Chamado ${ticketId}`))).toHaveLength(1);
  });

  it('a connection cut in the middle of DATA is tried again', async () => {
    server.script = { offers, cutAfterBytes: 10 };
    // More than the sockets' buffers hold, so that the cut comes before the final dot.
    const content = randomBytes(8_000_000);
    const sha256 = createHash('sha256').update(content).digest();
    await room.database.query(
      'insert into blobs (sha256, size_bytes, content) values ($1, $2, $3)',
      [sha256, content.length, content],
    );
    const file = { sha256, filename: 'x.bin', mediaType: 'application/octet-stream' };
    const id = await room.enqueue({
      attachments: [{ ...file, sizeBytes: 8_000_000, contentId: null }],
    });
    await eventually('tried once', async () => {
      const entry = await room.entry(id);
      return entry.attempts[0]?.outcome === 'temporary';
    });
    server.script = { offers };
    room.clock.advanceMs(60_000);
    await room.inState(id, 'sent');
  });
});
