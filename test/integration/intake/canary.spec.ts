import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Canaries } from '../../../src/modules/mailbox-intake/background/canaries.js';
import {
  composeBytes,
  SmtpSender,
  type OutgoingMail,
} from '../../../src/modules/mailboxes/index.js';
import { Alarms, Leases, newId, ReplyTokens } from '../../../src/platform/index.js';
import { DESK_YAML, IntakeDesk, type IntakeRow } from './intake-desk.js';

const MINUTE = 60_000;
const YAML = DESK_YAML.replace(
  '    queue: suporte\n',
  '    queue: suporte\n    canary: { everyMinutes: 15, lateAfterSeconds: 300 }\n',
);

describe('canaries, with an injected clock', () => {
  let desk: IntakeDesk;
  let sent: OutgoingMail[];
  let answer: Awaited<ReturnType<SmtpSender['send']>>;

  beforeAll(async () => {
    desk = await IntakeDesk.open(YAML);
    desk.get(SmtpSender).send = async (_mailbox, mail) => {
      sent.push(mail);
      return answer;
    };
    // The first look at the folder is over.
    await desk.record('suporte', 'From: ana@cliente.test\nSubject: antes\n\noi\n');
    await desk.process('suporte');
  }, 60_000);
  afterAll(() => desk?.close());
  beforeEach(async () => {
    sent = [];
    answer = { kind: 'accepted', response: '250 ok', recipients: [] };
    await desk.app.database.inTransaction(async (tx) => {
      await tx.execute('delete from canaries');
      await tx.execute('delete from alarms');
    });
  });

  const round = async (): Promise<void> => {
    await desk.get(Canaries).round();
    await desk.get(Canaries).sent();
  };
  const probe = async (): Promise<string> => {
    await round();
    expect(sent).toHaveLength(1);
    return (await composeBytes(sent[0]!)).toString();
  };
  /** The next one: the first is forgotten. */
  const nextProbe = (): Promise<string> => {
    sent = [];
    return probe();
  };
  const back = (raw: string, about?: Parameters<IntakeDesk['record']>[2]): Promise<IntakeRow> =>
    desk.receive('suporte', raw, about);
  const alarms = async (): Promise<string[]> =>
    (await desk.get(Alarms).open()).map(({ key }) => key);
  const count = async (table: 'tickets' | 'outbox' | 'clocks'): Promise<number> =>
    (await desk.app.database.query<{ n: number }>(`select count(*)::int as n from ${table}`))[0]!.n;

  it('D21: a probe that is back is a canary: no ticket, no acknowledgement, no clock; its seconds are kept', async () => {
    const before = [await count('tickets'), await count('outbox'), await count('clocks')];
    const raw = await probe();
    desk.app.clock.advanceMs(7_000);
    expect(await back(raw)).toMatchObject({ disposition: 'canary', ticketId: null });
    expect([await count('tickets'), await count('outbox'), await count('clocks')]).toEqual(before);
    const [row] = await desk.app.database.query(
      `select extract(epoch from recognised_at - sent_at)::int as seconds, arrived_in, accepted_at is not null as accepted
         from canaries`,
    );
    expect(row).toEqual({ seconds: 7, arrived_in: 'inbox', accepted: true });
    // Nothing is sent before it is time again.
    await round();
    expect(sent).toHaveLength(1);
    desk.app.clock.advanceMs(15 * MINUTE);
    await round();
    expect(sent).toHaveLength(2);
  });

  it('D22: nothing hides as a probe: a forged, a used, another mailbox’s, a stranger’s token goes the way of all mail', async () => {
    const raw = await probe();
    const stranger = raw
      .replace(/^From: .*$/m, 'From: Ana <ana@cliente.test>')
      .replace(/^Auto-Submitted: .*\r\n/m, '')
      .replace(/^X-Auto-Response-Suppress: .*\r\n/m, '');
    expect((await back(stranger)).disposition).toBe('ticket_opened');
    const forged = stranger
      .replaceAll(/[0-9a-f]{32}\.[0-9a-v]{16}/g, `${'0'.repeat(32)}.${'0'.repeat(16)}`)
      .replace(/^Message-ID: .*$/m, 'Message-ID: <f@cliente.test>');
    const row = await back(forged);
    expect(row.disposition).toBe('ticket_opened');
    expect(row.decisions).toContainEqual(
      expect.objectContaining({ evidence: { canary: 'refused', why: 'bad_signature' } }),
    );
    expect((await desk.receive('financeiro', raw)).disposition).toBe('loop');
    expect((await back(raw, { uidvalidity: '2' })).disposition).toBe('canary');
    // Its copy: recognised as our own machine's, and it does not count twice.
    expect((await back(raw, { uidvalidity: '3' })).disposition).not.toBe('canary');
  });

  it('D21: another instance’s probe, and one that is too old, are ours and no ticket; so is the copy in Sent', async () => {
    const raw = await probe();
    expect((await back(raw, { role: 'sent' })).disposition).toBe('own');
    await desk.app.database.inTransaction((tx) => tx.execute('delete from canaries'));
    expect((await back(raw)).disposition).toBe('loop');
    const old = await nextProbe();
    const late = new Date(desk.app.clock.now().getTime() + 8 * 24 * 60 * MINUTE);
    expect((await back(old, { receivedAt: late })).disposition).toBe('loop');
  });

  it('a gateway that drops unknown headers leaves the subject: it is recognised', async () => {
    const raw = (await probe())
      .replace(/^X-Helpdesk-Canary: .*\r\n/m, '')
      .replace(/^Auto-Submitted: .*\r\n/m, '')
      .replace(/^Subject: /m, 'Subject: [EXTERNO] ');
    expect((await back(raw)).disposition).toBe('canary');
  });

  it('a probe that is late is an alarm, cleared when it arrives, however late', async () => {
    const raw = await probe();
    desk.app.clock.advanceMs(299_000);
    await round();
    expect(await alarms()).toEqual([]);
    desk.app.clock.advanceMs(1_000);
    await round();
    expect(await alarms()).toEqual(['mailbox.suporte.canary']);
    desk.app.clock.advanceMs(60_000);
    await back(raw);
    await round();
    expect(await alarms()).toEqual([]);
  });

  it('one that SMTP did not take says so when it is late; the next one that is back clears it', async () => {
    answer = { kind: 'mailbox_stopped', code: 535, response: '535 5.7.8 no' };
    await probe();
    desk.app.clock.advanceMs(301_000);
    await round();
    const [alarm] = await desk.get(Alarms).open();
    expect(alarm).toMatchObject({ key: 'mailbox.suporte.canary', severity: 'critical' });
    expect(alarm!.message).toContain('535 5.7.8 no');
    answer = { kind: 'accepted', response: '250 ok', recipients: [] };
    desk.app.clock.advanceMs(15 * MINUTE);
    await back(await nextProbe());
    await round();
    expect(await alarms()).toEqual([]);
  });

  it('D23: one that lay in Junk is back, with an alarm of its own until the next lies in the inbox', async () => {
    expect((await back(await probe(), { role: 'junk' })).disposition).toBe('canary');
    await round();
    expect(await alarms()).toEqual(['mailbox.suporte.canary_junk']);
    desk.app.clock.advanceMs(15 * MINUTE);
    await back(await nextProbe());
    await round();
    expect(await alarms()).toEqual([]);
  });

  it('D22: a replay recognises the very message again', async () => {
    const { id } = await back(await probe());
    const { token } = await desk.app.agent({
      email: 'chefe@hd.test',
      role: 'admin',
      queues: ['suporte'],
    });
    const replayed = await desk.app
      .api()
      .post(`/api/v1/intake/${id}/replay`)
      .set('authorization', `Bearer ${token}`)
      .send({ dryRun: true });
    expect(replayed.body).toMatchObject({ disposition: 'canary', differences: [] });
  });

  it('one process at a time sends and watches; a stop hands that on at once', async () => {
    await round();
    await desk.get(Canaries).stop();
    sent = [];
    desk.app.clock.advanceMs(15 * MINUTE);
    const other = new Leases(desk.app.database, newId());
    const lease = (await other.acquire('canaries'))!;
    await round();
    expect(sent).toHaveLength(0);
    await other.release(lease);
    await round();
    expect(sent).toHaveLength(1);
  });

  it('the token of a reply is worth nothing as a probe’s, and the other way round', () => {
    const tokens = desk.get(ReplyTokens);
    const canary = tokens.forCanary('a'.repeat(32));
    expect(tokens.verifyCanary(canary)).toBe('a'.repeat(32));
    expect(tokens.verifyCanary(canary.toUpperCase())).toBe('a'.repeat(32));
    expect(tokens.verify(canary)).toBeNull();
    expect(tokens.verifyCanary(tokens.forTicket('1000123'))).toBeNull();
    expect(
      tokens.verifyCanary(canary.replace(/.$/, (last) => (last === '0' ? '1' : '0'))),
    ).toBeNull();
  });
});
