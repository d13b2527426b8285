import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { chmodSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { ReplayMail } from '../../../src/modules/mailbox-intake/commands/replay-mail.js';
import { Alarms } from '../../../src/platform/index.js';
import { Dovecot } from '../../support/dovecot.js';
import { eventually } from '../../support/eventually.js';
import { rawMail, WatchedDesk } from './watched-desk.js';

describe('messages that the server does not deliver', () => {
  let dovecot: Dovecot;
  let desk: WatchedDesk;
  let users = 0;

  beforeAll(async () => {
    dovecot = await Dovecot.start([]);
  });
  afterEach(() => desk?.close());
  afterAll(() => dovecot?.stop());

  const newUser = (): string => {
    const address = `preso${(users += 1)}@hd.test`;
    dovecot.addUser(address, 'segredo-imap');
    return address;
  };

  /** The file of the newest message of a mailbox. */
  const newest = (address: string): string => {
    const files = ['new', 'cur'].flatMap((folder) => {
      const full = path.join(dovecot.directory, 'mail', address, folder);
      return readdirSync(full).map((name) => path.join(full, name));
    });
    return files
      .toSorted((left, right) => (path.basename(left) < path.basename(right) ? -1 : 1))
      .at(-1)!;
  };

  it('D22: when the server delivers it at last, a replay fetches it and fills the very ticket', async () => {
    const address = newUser();
    await dovecot.deliver(address, rawMail({ subject: 'presa', body: 'Enfim lida.' }));
    chmodSync(newest(address), 0);
    desk = await WatchedDesk.open(dovecot, address, { mailbox: `startFrom: '2020-01-01'` });
    await desk.dispositions(1, 60_000);
    const [row] = await desk.query<{ id: string; ticket_id: string }>(
      'select id, ticket_id from intake',
    );
    const replay = desk.app.app.get(ReplayMail, { strict: false });
    await expect(replay.run(row!.id, { dryRun: false })).rejects.toMatchObject({
      code: 'conflict',
    });
    chmodSync(newest(address), 0o600);
    expect(await replay.run(row!.id, { dryRun: false })).toMatchObject({
      kind: 'filled',
      ticketId: row!.ticket_id,
    });
    expect(
      await desk.query(
        `select t.subject, t.lane, i.disposition, i.size_bytes = b.size_bytes as whole from intake i
           join tickets t on t.id = i.ticket_id join blobs b on b.sha256 = i.sha256`,
      ),
    ).toEqual([{ subject: 'presa', lane: 'inbox', disposition: 'ticket_opened', whole: true }]);
    expect(await desk.app.app.get(Alarms, { strict: false }).open()).toEqual([]);
  }, 90_000);

  it('D22: a file that the server may not read: a stub and an alarm stand for it, and the mail after it arrives', async () => {
    const address = newUser();
    await dovecot.deliver(address, rawMail({ subject: 'antes' }));
    await dovecot.deliver(address, rawMail({ subject: 'presa' }));
    chmodSync(newest(address), 0);
    await dovecot.deliver(address, rawMail({ subject: 'depois' }));
    desk = await WatchedDesk.open(dovecot, address, { mailbox: `startFrom: '2020-01-01'` });
    expect(await desk.dispositions(3, 60_000)).toEqual([
      'ticket_opened',
      'quarantined',
      'ticket_opened',
    ]);
    const [row] = await desk.query(
      `select i.sha256, i.error, i.size_bytes > 0 as sized, t.lane, t.due_at is not null as due
           from intake i join tickets t on t.id = i.ticket_id where i.state = 'quarantined'`,
    );
    expect(row).toEqual({
      sha256: null,
      error: expect.stringContaining('does not deliver message UID 2') as unknown,
      sized: true,
      lane: 'quarantined',
      due: true,
    });
    await desk.settled();
    const alarms = await desk.app.app.get(Alarms, { strict: false }).open();
    expect(alarms.map(({ message }) => message)).toEqual([
      expect.stringContaining('UID 2 of INBOX'),
    ]);
    await dovecot.deliver(address, rawMail({ subject: 'mais' }));
    expect((await desk.dispositions(4)).at(-1)).toBe('ticket_opened');
    await desk.query(
      `update tickets set status = 'resolved', resolved_at = now() where lane = 'quarantined' returning id`,
    );
    await eventually(
      'the alarm ends with the ticket',
      async () => (await desk.app.app.get(Alarms, { strict: false }).open()).length === 0,
    );
  }, 90_000);
});
