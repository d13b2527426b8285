import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { simpleParser } from 'mailparser';
import { Dovecot } from '../../support/dovecot.js';
import { eventually } from '../../support/eventually.js';
import { SmtpSink, type CaughtMail } from '../../support/smtp-sink.js';
import { rawMail, WatchedDesk } from './watched-desk.js';

type Passing = Pick<CaughtMail, 'envelopeFrom' | 'recipients' | 'raw'>;

/** What a machine's mail says about itself; a bad gateway takes it away. */
const MACHINE_HEADERS = /^(?:auto-submitted|precedence|x-auto-response-suppress):.*\r?\n/gim;

describe('machines that answer each other, on Dovecot and real SMTP', () => {
  let dovecot: Dovecot;
  let sink: SmtpSink;
  const desks: WatchedDesk[] = [];

  beforeAll(async () => {
    dovecot = await Dovecot.start([]);
    sink = await SmtpSink.start();
  });
  afterEach(async () => {
    await Promise.all(desks.splice(0).map((desk) => desk.close()));
    sink.mails.length = 0;
  });
  afterAll(async () => {
    await sink?.stop();
    await dovecot?.stop();
  });

  const open = async (address: string): Promise<WatchedDesk> => {
    dovecot.addUser(address, 'segredo-imap');
    const desk = await WatchedDesk.open(dovecot, address, { smtpPort: sink.port });
    desks.push(desk);
    await desk.settled();
    return desk;
  };
  const quiet = (desk: WatchedDesk): Promise<boolean> =>
    eventually('nothing waits to be sent', async () => {
      const rows = await desk.query(`select 1 from outbox where state in ('queued', 'sending')`);
      return rows.length === 0;
    });
  const mailsOf = (desk: WatchedDesk): Promise<{ n: number }[]> =>
    desk.query<{ n: number }>('select count(*)::int as n from outbox');

  it.each([
    ['as they are', (raw: string) => raw],
    [
      'through a gateway that takes away every mark of a machine',
      (raw: string) => raw.replace(MACHINE_HEADERS, ''),
    ],
  ])(
    'D21: two instances of the product that answer each other fall silent: %s',
    async (name, gateway) => {
      const marked = name === 'as they are';
      const [here, there] = marked ? ['a@um.test', 'b@dois.test'] : ['c@um.test', 'd@dois.test'];
      const first = await open(here!);
      const second = await open(there!);
      sink.script.onMessage = async ({ envelopeFrom, recipients, raw }: Passing) => {
        const sender = marked ? envelopeFrom : 'bounces@gateway.test';
        for (const recipient of recipients)
          await dovecot.deliver(recipient, gateway(raw.toString('latin1')), sender);
      };
      await dovecot.deliver(here!, rawMail({ from: `Loja <${there}>` }));
      expect(await first.dispositions(1)).toEqual(['ticket_opened']);
      expect(await second.dispositions(1)).toEqual(['ticket_opened']);
      await quiet(second);
      if (marked) {
        // The acknowledgement says that a machine wrote it: it is a ticket there, and never answered.
        expect(await mailsOf(second)).toEqual([{ n: 0 }]);
        expect(await second.query('select lane, due_at from tickets')).toEqual([
          { lane: 'automatic', due_at: null },
        ]);
      } else {
        // Taken for a person's it is acknowledged, and that answers what began it: it joins, and nobody answers.
        expect(await first.dispositions(2)).toEqual(['ticket_opened', 'ticket_reply']);
      }
      await quiet(first);
      expect(await mailsOf(first)).toEqual([{ n: 1 }]);
      expect(sink.mails.length).toBe(marked ? 1 : 2);
    },
    60_000,
  );

  it.each([
    ['our own words', 'eco@robo.test', (text: string) => text, 1],
    [
      'words of its own around them',
      'papagaio@robo.test',
      (text: string) => `Você disse:\n${text}`,
      1,
    ],
  ])(
    'D21: an echo of %s, without any header of a machine, is soon answered no more',
    async (_name, robot, says, most) => {
      const address = `suporte-${robot}`;
      const desk = await open(address);
      let echoes = 0;
      sink.script.onMessage = async ({ raw, recipients }: Passing) => {
        if (!recipients.includes(robot)) return;
        const { text } = await simpleParser(raw);
        echoes += 1;
        await dovecot.deliver(
          address,
          rawMail({
            from: robot,
            subject: 'Contato',
            headers: 'MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8',
            body: says(text ?? ''),
          }),
        );
      };
      await dovecot.deliver(address, rawMail({ from: robot, subject: 'Contato' }));
      await eventually('a person is told', async () => {
        const [alarm] = await desk.query(
          `select 1 from alarms where key = 'automation.loop.suporte' and cleared_at is null`,
        );
        return alarm !== undefined;
      });
      await quiet(desk);
      await desk.dispositions(1 + echoes);
      const [sent] = await mailsOf(desk);
      expect(sent!.n).toBeLessThanOrEqual(most);
      expect(echoes).toBe(sent!.n);
      const [last] = await desk.query<{ marks: string[] }>(
        'select marks from tickets order by id desc limit 1',
      );
      expect(last!.marks).toContain('possivel_laco');
    },
    60_000,
  );
});
