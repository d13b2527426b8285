import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Mailboxes } from '../../../src/modules/mailboxes/index.js';
import { Alarms } from '../../../src/platform/index.js';
import { Dovecot } from '../../support/dovecot.js';
import { eventually } from '../../support/eventually.js';
import { rawMail, WatchedDesk } from './watched-desk.js';

describe('from when on mail becomes tickets', () => {
  let dovecot: Dovecot;
  let desk: WatchedDesk;
  let users = 0;

  beforeAll(async () => {
    dovecot = await Dovecot.start([]);
  });
  afterEach(() => desk?.close());
  afterAll(() => dovecot?.stop());

  const newUser = (): string => {
    const address = `inicio${(users += 1)}@hd.test`;
    dovecot.addUser(address, 'segredo-imap');
    return address;
  };

  /** Two old messages: INTERNALDATE has whole seconds, and the start must lie in a later one. */
  const deliverOldMail = async (address: string, headers?: string): Promise<void> => {
    for (const subject of ['antiga 1', 'antiga 2'])
      await dovecot.deliver(address, rawMail({ subject, ...(headers && { headers }) }));
    const delivered = Math.floor(Date.now() / 1000);
    await eventually('the next second', () => Math.floor(Date.now() / 1000) > delivered);
  };

  const alarms = async (): Promise<string[]> =>
    (await desk.app.app.get(Alarms, { strict: false }).open()).map(({ key }) => key);

  it('D1: startFrom all, unconfirmed: new mail becomes tickets at once, old mail by mailbox start', async () => {
    const address = newUser();
    await deliverOldMail(address);
    desk = await WatchedDesk.open(dovecot, address, { mailbox: 'startFrom: all' });
    expect(await desk.dispositions(2)).toEqual(['historical', 'historical']);
    await desk.settled();
    expect(await alarms()).toEqual(['mailbox.suporte.start']);
    await dovecot.deliver(address, rawMail({ subject: 'nova' }));
    expect((await desk.dispositions(3)).at(-1)).toBe('ticket_opened');

    await desk.app.app.get(Mailboxes, { strict: false }).confirmStart('suporte', 'cli');
    await eventually('the old mail has become tickets', async () => {
      const rows = await desk.query<{ disposition: string }>('select disposition from intake');
      return rows.every(({ disposition }) => disposition === 'ticket_opened');
    });
    expect(await desk.query('select subject from tickets order by id')).toEqual([
      { subject: 'nova' },
      { subject: 'antiga 1' },
      { subject: 'antiga 2' },
    ]);
    expect(await desk.query('select count(*)::int as n from intake')).toEqual([{ n: 3 }]);
    await eventually('the alarm is cleared', async () => (await alarms()).length === 0);
  }, 60_000);

  it('D1: startFrom all on an empty mailbox needs no confirmation', async () => {
    const address = newUser();
    desk = await WatchedDesk.open(dovecot, address, { mailbox: 'startFrom: all' });
    await desk.settled();
    expect(await alarms()).toEqual([]);
    await dovecot.deliver(address, rawMail({ subject: 'primeira' }));
    expect(await desk.dispositions(1)).toEqual(['ticket_opened']);
  }, 60_000);

  it('D1: a start sent while mail is being recorded is not lost', async () => {
    const address = newUser();
    desk = await WatchedDesk.open(dovecot, address);
    await desk.settled();
    for (let i = 0; i < 40; i += 1) await dovecot.deliver(address, rawMail());
    await desk.app.app.get(Mailboxes, { strict: false }).confirmStart('suporte', 'cli');
    await desk.dispositions(40);
    const [cursor] = await eventually('the cursor is at the end', async () => {
      const rows = await desk.query<{ last_uid: string }>(
        `select last_uid from mailbox_cursors where folder = 'INBOX' and last_uid >= 40`,
      );
      return rows.length > 0 && rows;
    });
    expect(cursor).toEqual({ last_uid: '40' });
  }, 60_000);

  it('D1: after a UIDVALIDITY change with lost dates old mail stays historical, and new mail with an old date does not', async () => {
    const address = newUser();
    await deliverOldMail(address);
    desk = await WatchedDesk.open(dovecot, address, { mailbox: 'startFrom: now' });
    expect(await desk.dispositions(2)).toEqual(['historical', 'historical']);
    await desk.settled();
    expect(await desk.query('select count(message_id_header)::int as n from intake')).toEqual([
      { n: 2 },
    ]);

    dovecot.doveadm('kick', address);
    await dovecot.kill();
    const folder = path.join(dovecot.directory, 'mail', address);
    for (const name of readdirSync(folder))
      if (/^dovecot[.-](index|uidlist|uidvalidity)/.test(name)) rmSync(path.join(folder, name));
    const now = new Date();
    for (const sub of ['new', 'cur'])
      for (const name of readdirSync(path.join(folder, sub)))
        utimesSync(path.join(folder, sub, name), now, now);
    const moved = path.join(folder, 'new', '1500000000.M1P1.host');
    writeFileSync(moved, rawMail({ subject: 'nova com data antiga' }), { mode: 0o644 });
    const old = new Date('2017-07-14T02:40:00Z');
    utimesSync(moved, old, old);
    await dovecot.boot();

    const again = (await desk.dispositions(5)).slice(2);
    expect(again.toSorted()).toEqual(['historical', 'historical', 'ticket_opened']);
    expect(await desk.query('select subject from tickets')).toEqual([
      { subject: 'nova com data antiga' },
    ]);
  }, 60_000);
});
