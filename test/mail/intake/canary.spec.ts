import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Canaries } from '../../../src/modules/mailbox-intake/background/canaries.js';
import { Metrics } from '../../../src/operations/metrics.js';
import { Alarms } from '../../../src/platform/index.js';
import { Dovecot } from '../../support/dovecot.js';
import { eventually } from '../../support/eventually.js';
import { SmtpSink } from '../../support/smtp-sink.js';
import { rawMail, WatchedDesk } from './watched-desk.js';

const BOX = 'suporte@hd.test';

describe('canaries through real SMTP and Dovecot', () => {
  let dovecot: Dovecot;
  let sink: SmtpSink;
  let desk: WatchedDesk;
  beforeAll(async () => {
    dovecot = await Dovecot.start([]);
    dovecot.addUser(BOX, 'segredo-imap');
    sink = await SmtpSink.start();
    sink.script.onMessage = async ({ envelopeFrom, recipients, raw }) => {
      for (const recipient of recipients)
        if (recipient === BOX) await dovecot.deliver(recipient, raw, envelopeFrom);
    };
    desk = await WatchedDesk.open(dovecot, BOX, {
      smtpPort: sink.port,
      mailbox: 'canary: { everyMinutes: 1, lateAfterSeconds: 30, remove: true }',
    });
    await desk.settled();
  }, 60_000);
  afterAll(async () => {
    await desk?.close();
    await sink?.stop();
    await dovecot?.stop();
  });

  const onServer = (): number =>
    dovecot
      .doveadm('search', '-u', BOX, 'mailbox', 'INBOX', 'all')
      .split('\n')
      .filter((line) => line !== '').length;

  it('D22: goes round, is measured, and is taken from the server alone; ordinary mail stays', async () => {
    await dovecot.deliver(BOX, rawMail());
    expect(await desk.dispositions(1)).toEqual(['ticket_opened']);
    const canaries = desk.app.app.get(Canaries, { strict: false });
    desk.app.clock.set(new Date());
    await canaries.round();
    await canaries.sent();
    expect(sink.to(BOX)).toMatchObject([{ envelopeFrom: '', recipients: [BOX] }]);
    desk.app.clock.advanceMs(4_000);
    expect(await desk.dispositions(2)).toEqual(['ticket_opened', 'canary']);
    await eventually('the probe is gone from the server', async () => onServer() === 1);
    await eventually('that is recorded', async () => {
      const rows = await desk.query(`select server_action from intake order by id`);
      return rows[0]!['server_action'] === 'none' && rows[1]!['server_action'] === 'done';
    });
    const page = await desk.app.app.get(Metrics, { strict: false }).read();
    expect(Number(/helpdesk_canary_seconds\{mailbox="suporte"\} (\S+)/.exec(page)![1])).toBe(4);
    expect(await desk.query('select 1 from tickets')).toHaveLength(1);
    expect(await desk.query(`select 1 from outbox where kind = 'canary'`)).toHaveLength(0);
  }, 60_000);

  it('one that the server swallows is an alarm; it is over when it comes after all', async () => {
    const canaries = desk.app.app.get(Canaries, { strict: false });
    const alarms = desk.app.app.get(Alarms, { strict: false });
    let kept: Buffer | null = null;
    sink.script.onMessage = ({ raw }) => {
      kept = raw;
    };
    desk.app.clock.advanceMs(60_000);
    await canaries.round();
    await canaries.sent();
    desk.app.clock.advanceMs(31_000);
    await canaries.round();
    expect((await alarms.open()).map(({ key }) => key)).toEqual(['mailbox.suporte.canary']);
    await dovecot.deliver(BOX, kept!, '');
    expect(await desk.dispositions(3)).toEqual(['ticket_opened', 'canary', 'canary']);
    await canaries.round();
    expect(await alarms.open()).toEqual([]);
  }, 60_000);
});
