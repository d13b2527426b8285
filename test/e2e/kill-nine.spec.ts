import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Dovecot } from '../support/dovecot.js';
import { emptyDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { SmtpSink } from '../support/smtp-sink.js';

const MESSAGES = 500;
/** smtp.maxConnections of two mailboxes: no more mails can be on the wire at once. */
const CONCURRENT_SENDS = 8;

describe('kill -9 in the middle of 500 messages', () => {
  let dovecot: Dovecot;
  let sink: SmtpSink;
  let database: { url: string; close(): Promise<void> };
  let product: Product;
  let db: pg.Client;

  beforeAll(async () => {
    dovecot = await Dovecot.start(['suporte@hd.test', 'financeiro@hd.test']);
    sink = await SmtpSink.start();
    database = await emptyDatabase();
    db = new pg.Client({ connectionString: database.url });
    await db.connect();
    product = await Product.prepare({
      databaseUrl: database.url,
      dovecot,
      sink,
      extraYaml: 'limits: { automaticPerTenMinutes: 100000 }',
    });
  }, 60_000);
  afterAll(async () => {
    await product?.remove();
    await sink?.stop();
    await dovecot?.stop();
    await db?.end();
    await database?.close();
  });

  it('D22 D7: every message exactly once, every acknowledgement at most once, sends in flight are `unknown`', async () => {
    for (let number = 0; number < MESSAGES; number += 1) {
      const mailbox = number % 5 === 0 ? 'financeiro' : 'suporte';
      await dovecot.deliver(
        `${mailbox}@hd.test`,
        [
          `From: Cliente ${number} <cliente${number}@cliente.test>`,
          `To: ${mailbox}@hd.test`,
          `Subject: Pedido ${number}`,
          `Message-ID: <pedido-${number}@cliente.test>`,
          'Date: Tue, 03 Nov 2026 10:00:00 -0300',
          '',
          `Preciso de ajuda com o pedido ${number}.`,
          '',
        ].join('\r\n'),
      );
    }
    await product.boot();
    // Once in the middle of the intake, once in the middle of the sending.
    await eventually(
      'some messages are done',
      async () => (await count(`select count(*) from intake where state = 'done'`)) > 60,
    );
    await product.killAll();
    await product.boot();
    await eventually('some more acknowledgements left', () => sink.mails.length > 150);
    await product.killAll();
    // Of each process: what the first had in hand may not have been swept yet.
    const sendingAtKill = await count(
      `select coalesce(max(mails), 0) as count from
         (select count(*) as mails from outbox where state = 'sending' group by claimed_by) of_process`,
    );
    expect(sendingAtKill).toBeLessThanOrEqual(CONCURRENT_SENDS);
    await product.boot();

    await eventually(
      'every message is done and every acknowledgement is settled',
      async () =>
        (await count(`select count(*) from intake where state = 'done'`)) === MESSAGES &&
        (await count(`select count(*) from outbox where state in ('queued', 'sending')`)) === 0,
      120_000,
    );
    expect(await count(`select count(*) from tickets`)).toBe(MESSAGES);
    expect(
      await count(`select count(distinct intake_id) from messages where kind = 'inbound'`),
    ).toBe(MESSAGES);
    expect(await count(`select count(*) from messages where kind = 'inbound'`)).toBe(MESSAGES);
    expect(await count(`select count(*) from intake where disposition <> 'ticket_opened'`)).toBe(0);

    const perRecipient = new Map<string, number>();
    for (const mail of sink.mails) {
      for (const recipient of mail.recipients)
        perRecipient.set(recipient, (perRecipient.get(recipient) ?? 0) + 1);
    }
    expect([...perRecipient].filter(([, times]) => times > 1)).toEqual([]);
    const unknown = await count(`select count(*) from outbox where state = 'unknown'`);
    const sent = await count(`select count(*) from outbox where state = 'sent'`);
    expect(sent + unknown).toBe(MESSAGES);
    expect(unknown).toBeLessThanOrEqual(2 * CONCURRENT_SENDS);
    // What is `sent` was received; what was received and is not `sent` is `unknown`.
    expect(perRecipient.size).toBeGreaterThanOrEqual(sent);
    expect(perRecipient.size).toBeLessThanOrEqual(sent + unknown);
  }, 240_000);

  async function count(sql: string): Promise<number> {
    const { rows } = await db
      .query<{ count: string }>(sql)
      .catch(() => ({ rows: [{ count: '0' }] }));
    return Number(rows[0]!.count);
  }
});
