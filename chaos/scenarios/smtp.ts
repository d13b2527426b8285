import { smtpRefusal } from '../../test/support/smtp-sink.js';
import { eventually } from '../../test/support/eventually.js';
import { pause } from '../pause.js';
import type { Scenario } from '../scenario.js';
import type { World } from '../world.js';

/** Some mails and answers under the fault; then the line is well again and what waits is sent. */
async function under(world: World, mails = 8): Promise<void> {
  await world.first.boot();
  await world.mails(mails);
  await world.reply().catch(() => false);
  await pause(1_200);
}

export const smtp: readonly Scenario[] = [
  {
    name: 'smtp-refused',
    async run(world) {
      const line = world.lab.lines.smtp;
      const before = line.faults;
      line.set({ kind: 'refuse' });
      await under(world);
      line.pass();
      world.fault('SMTP connection refused', line.faults - before);
    },
  },
  {
    name: 'smtp-temporary',
    async run(world) {
      const seen = new Set<string>();
      world.lab.sink.script = {
        // Greylisting: the first try of everybody is put off.
        onRcptTo: (address) => {
          if (seen.has(address)) return;
          seen.add(address);
          world.fault('450 greylisting');
          throw smtpRefusal(450, '4.2.0 Greylisted');
        },
        onMailFrom: () => {
          if (world.random.next() > 0.15) return;
          world.fault('421');
          throw smtpRefusal(421, '4.3.2 Shutting down');
        },
      };
      await under(world);
      await world.settle();
    },
  },
  {
    name: 'smtp-one-recipient-refused',
    async run(world) {
      world.lab.sink.script = {
        onRcptTo: (address) => {
          if (!/cliente[0-9]*[05]\./.test(address)) return;
          world.fault('550 for a recipient');
          throw smtpRefusal(550, '5.1.1 No such user');
        },
      };
      await under(world, 11);
      await world.settle();
    },
  },
  {
    name: 'smtp-one-of-three-refused',
    async run(world) {
      world.lab.sink.script = {
        onRcptTo: (address) => {
          if (!address.startsWith('recusa')) return;
          world.fault('550 for one of three recipients');
          throw smtpRefusal(550, '5.1.1 No such user');
        },
      };
      await world.first.boot();
      await world.mails(6);
      await world.allDone();
      for (let answers = 0; answers < 4; answers += 1)
        await world.reply(30_000, ['recusa@cliente.test', `socio.${world.name}@cliente.test`]);
      await world.settle();
      const { rows } = await world.db.query<{ states: string[]; state: string }>(
        `select o.state, (select array_agg(r ->> 'state' order by r ->> 'state') from jsonb_array_elements(recipients) r) as states
           from outbox o where kind = 'reply'`,
      );
      for (const { state, states } of rows)
        if (state !== 'sent' || states.join() !== 'accepted,accepted,failed')
          throw new Error(`an answer is ${state} and its recipients are ${states.join(', ')}`);
      if (rows.length !== 4) throw new Error(`${rows.length} of 4 answers left`);
    },
  },
  {
    name: 'smtp-cut-before-data',
    async run(world) {
      const line = world.lab.lines.smtp;
      const before = line.faults;
      line.set({ kind: 'cut-before-data' }, 4);
      await under(world);
      world.fault('SMTP cut before DATA', line.faults - before);
    },
  },
  {
    name: 'smtp-cut-after-data',
    core: true,
    async run(world) {
      const line = world.lab.lines.smtp;
      const before = line.faults;
      line.set({ kind: 'cut-after-data' }, 4);
      await under(world);
      await eventually('four answers were never heard', () => line.faults - before >= 4, 20_000);
      world.fault('SMTP cut after DATA, before the answer', line.faults - before);
    },
  },
  {
    name: 'smtp-tls-broken',
    settings: { smtpTls: true },
    async run(world) {
      const line = world.lab.lines.smtp;
      const before = line.faults;
      line.set({ kind: 'damaged-tls' }, 4);
      await under(world);
      await eventually('four handshakes were damaged', () => line.faults - before >= 4, 20_000);
      world.fault('TLS broken', line.faults - before);
    },
  },
  {
    name: 'smtp-slow',
    async run(world) {
      const line = world.lab.lines.smtp;
      line.set({ kind: 'slow', delayMs: 150 });
      await under(world, 5);
      world.fault('slow SMTP');
      await world.first.kill();
      world.fault('kill -9');
      line.pass();
    },
  },
  {
    name: 'smtp-bounce-later',
    async run(world) {
      await under(world, 6);
      await world.settle();
      for (const sent of world.sent.slice(0, 3)) {
        const { rows } = await world.db.query<{ id: string }>(
          `select message_id as id from outbox where primary_recipient = $1`,
          [sent.customer],
        );
        if (rows[0] === undefined) continue;
        await world.lab.dovecot.deliver(
          world.address(sent.mailbox),
          report(world, sent.mailbox, sent.customer, rows[0].id),
          '',
        );
        world.fault('accepted, then returned');
      }
      await eventually(
        'the reports are read',
        async () =>
          (await world.db.query(`select 1 from intake where disposition = 'bounce'`)).rows.length >=
          3,
        20_000,
      );
    },
  },
];

/** A delivery report as RFC 3464 has it. */
function report(world: World, mailbox: string, recipient: string, messageId: string): string {
  return [
    'From: MAILER-DAEMON@mx.cliente.test',
    `To: ${world.address(mailbox)}`,
    'Subject: Undelivered Mail Returned to Sender',
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=B',
    '',
    '--B',
    'Content-Type: text/plain',
    '',
    'Your message could not be delivered.',
    '--B',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.cliente.test',
    '',
    `Final-Recipient: rfc822; ${recipient}`,
    'Action: failed',
    'Status: 5.1.1',
    'Diagnostic-Code: smtp; 550 5.1.1 No such user',
    '--B',
    'Content-Type: text/rfc822-headers',
    '',
    `Message-ID: <${messageId}>`,
    `To: ${recipient}`,
    '--B--',
    '',
  ].join('\r\n');
}
