import { createHash } from 'node:crypto';
import { ImapFlow } from 'imapflow';
import { DOVECOT_PASSWORD } from '../test/support/dovecot.js';
import { count } from './guards.js';
import type { World } from './world.js';

const DISPOSITIONS =
  'ticket_opened ticket_reply follow_up twin duplicate bounce auto_reply loop own courtesy feedback receipt third_party_pending spam_suspected quarantined historical vanished canary ignored'.split(
    ' ',
  );

/** What must hold whatever was done to the product. Returns a sentence for everything that does not. */
export async function violations(world: World): Promise<string[]> {
  return [
    ...(await everyMailOnce(world)),
    ...(await everyAcknowledgementOnce(world)),
    ...(await everyReplyOnce(world)),
    ...(await nothingSentTwice(world)),
    ...(await bytesAsOnTheServer(world)),
    ...(await nobodyTrespassed(world)),
    ...world.workers.flatMap((worker) =>
      worker.fatals().filter((line) => line.includes('no longer fits')),
    ),
  ];
}

/** D22, D25: every message that reached a mailbox is there under one disposition, and in one ticket. */
async function everyMailOnce({ db, sent, deadly }: World): Promise<string[]> {
  const { rows } = await db.query<{ id: string; dispositions: string[]; states: string[] }>(
    `select message_id_header as id, array_agg(disposition) as dispositions, array_agg(state) as states
       from intake where message_id_header is not null group by 1`,
  );
  const known = new Map(rows.map((row) => [row.id, row]));
  const messages = await db.query<{ id: string; tickets: number; messages: number }>(
    `select message_id_header as id, count(distinct ticket_id)::integer as tickets, count(*)::integer as messages
       from messages where kind = 'inbound' and message_id_header is not null group by 1`,
  );
  const ticketed = new Map(messages.rows.map((row) => [row.id, row]));
  const wrong: string[] = [];
  for (const { messageId, mayVanish } of sent) {
    const row = known.get(messageId);
    if (row === undefined) {
      if (!mayVanish && !deadly.has(messageId))
        wrong.push(`lost: ${messageId} is on the server and not recorded`);
      continue;
    }
    const strange = row.dispositions.filter((one) => one === null || !DISPOSITIONS.includes(one));
    if (strange.length > 0) wrong.push(`${messageId} has no disposition: ${row.states.join(', ')}`);
    const opening = row.dispositions.filter((one) => one !== 'duplicate' && one !== 'historical');
    if (opening.length !== 1)
      wrong.push(`${messageId} came ${opening.length} times: ${row.dispositions.join(', ')}`);
    const where = ticketed.get(messageId);
    if (where?.tickets !== 1 || where.messages !== 1)
      wrong.push(
        `${messageId} stands in ${where?.tickets ?? 0} tickets, ${where?.messages ?? 0} times`,
      );
  }
  const stubs = await count(
    db,
    `select count(*) from intake where state = 'quarantined' and ticket_id is not null`,
  );
  if (stubs !== deadly.size)
    wrong.push(`${deadly.size} messages cannot be read, ${stubs} have a quarantined ticket`);
  return wrong;
}

/** D7: one acknowledgement a ticket, written with the ticket, sent at most once. */
async function everyAcknowledgementOnce({ db }: World): Promise<string[]> {
  const { rows } = await db.query<{ id: string; mails: string }>(
    `select t.id, count(o.id) as mails from tickets t
       left join outbox o on o.ticket_id = t.id and o.kind in ('acknowledgement', 'follow_up')
      where not exists (select 1 from intake i where i.ticket_id = t.id and i.state = 'quarantined')
      group by t.id having count(o.id) <> 1`,
  );
  return rows.map(({ id, mails }) => `ticket ${id} has ${mails} acknowledgements`);
}

/** D9, D19: what an agent was told is taken is one mail, sent or known to be in doubt. */
async function everyReplyOnce({ db, replies }: World): Promise<string[]> {
  const wrong: string[] = [];
  for (const { protocol, mark } of replies) {
    const { rows } = await db.query<{ state: string; written: boolean }>(
      `select state, body_text like '%' || $2 || '%' as written from outbox where ticket_id = $1 and kind = 'reply'`,
      [protocol, mark],
    );
    if (rows.length !== 1)
      wrong.push(`the answer on ${protocol} stands ${rows.length} times in the outbox`);
    else if (!['sent', 'unknown', 'failed', 'returned'].includes(rows[0]!.state))
      wrong.push(`the answer on ${protocol} is ${rows[0]!.state}`);
  }
  return wrong;
}

/** Nobody gets the same mail twice; what counts as sent was received; what is in doubt at most once. */
async function nothingSentTwice({ db, lab, firstMail }: World): Promise<string[]> {
  const received = new Map<string, number>();
  for (const mail of lab.sink.mails.slice(firstMail)) {
    const id = (mail.parsed.messageId ?? '').replace(/[<>]/g, '');
    for (const recipient of mail.recipients) {
      const key = `${id} ${recipient}`;
      received.set(key, (received.get(key) ?? 0) + 1);
    }
  }
  const wrong = [...received]
    .filter(([, times]) => times > 1)
    .map(([key, times]) => `received ${times} times: ${key}`);
  const { rows } = await db.query<{
    id: string;
    state: string;
    address: string;
    recipient: string;
  }>(
    `select message_id as id, o.state, r ->> 'address' as address, r ->> 'state' as recipient
       from outbox o, jsonb_array_elements(recipients) r`,
  );
  for (const row of rows) {
    const times = received.get(`${row.id} ${row.address}`) ?? 0;
    if (['accepted', 'bounced'].includes(row.recipient) && times !== 1)
      wrong.push(`${row.id} counts as accepted for ${row.address} and was received ${times} times`);
    if (['queued', 'held', 'sending', 'cancelled'].includes(row.state))
      wrong.push(`${row.id} is still ${row.state}`);
  }
  const perTicket = await db.query<{ id: string; ids: string[] }>(
    `select ticket_id as id, array_agg(message_id) as ids from outbox where kind = 'acknowledgement' group by 1`,
  );
  for (const { id, ids } of perTicket.rows) {
    const times = ids.reduce(
      (sum, one) =>
        sum +
        [...received].filter(([key]) => key.startsWith(`${one} `)).reduce((n, [, m]) => n + m, 0),
      0,
    );
    if (times > 1) wrong.push(`the customer of ${id} was acknowledged ${times} times`);
  }
  return wrong;
}

/** What is stored is what the server has, byte for byte; what was there is there still (D22). */
async function bytesAsOnTheServer(world: World): Promise<string[]> {
  const wrong: string[] = [];
  for (const mailbox of world.mailboxes) {
    const address = world.address(mailbox);
    const client = new ImapFlow({
      host: '127.0.0.1',
      port: world.lab.dovecot.imapPort,
      secure: false,
      auth: { user: address, pass: DOVECOT_PASSWORD },
      logger: false,
    });
    client.on('error', () => undefined);
    await client.connect();
    const onServer = new Set<string>();
    for (const folder of ['INBOX', 'Processados']) {
      const lock = await client.getMailboxLock(folder);
      try {
        if (client.mailbox !== false && client.mailbox.exists > 0)
          for await (const message of client.fetch('1:*', { source: true }))
            onServer.add(createHash('sha256').update(message.source!).digest('hex'));
      } finally {
        lock.release();
      }
    }
    await client.logout();
    const { rows } = await world.db.query<{ sha: string; id: string }>(
      `select distinct encode(sha256, 'hex') as sha, id from intake where mailbox_key = $1 and sha256 is not null`,
      [mailbox],
    );
    const stored = new Set(rows.map(({ sha }) => sha));
    const missing = [...onServer].filter((sha) => !stored.has(sha)).length;
    if (missing > 0)
      wrong.push(`${missing} messages of ${mailbox} are on the server and not stored as they are`);
    const expected = world.sent.filter((one) => one.mailbox === mailbox && !one.mayVanish).length;
    if (onServer.size < expected)
      wrong.push(`${expected - onServer.size} messages of ${mailbox} are gone from the server`);
  }
  return wrong;
}

/** What a lease protects was written by its holder alone. */
async function nobodyTrespassed({ db }: World): Promise<string[]> {
  const { rows } = await db.query<{ what: string; who: string; holder: string; times: string }>(
    'select what, who, holder, count(*) as times from chaos.trespasses group by 1, 2, 3',
  );
  return rows.map(
    ({ what, who, holder, times }) => `${who} wrote ${what} ${times} times while ${holder} held it`,
  );
}
