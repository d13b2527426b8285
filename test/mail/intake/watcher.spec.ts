import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  MessageParser,
  UnparsableMail,
} from '../../../src/modules/mailbox-intake/parser/message-parser.js';
import { Dovecot } from '../../support/dovecot.js';
import { eventually } from '../../support/eventually.js';
import { rawMail, WatchedDesk } from './watched-desk.js';

describe('the watcher on Dovecot', () => {
  let dovecot: Dovecot;
  let desk: WatchedDesk;
  let users = 0;

  beforeAll(async () => {
    dovecot = await Dovecot.start([]);
  });
  afterEach(() => desk?.close());
  afterAll(() => dovecot?.stop());

  const newUser = (): string => {
    const address = `suporte${(users += 1)}@hd.test`;
    dovecot.addUser(address, 'segredo-imap');
    return address;
  };

  /** The server ends, and every session with it: its children would outlive it by a while. */
  const goDown = async (address: string): Promise<void> => {
    dovecot.doveadm('kick', address);
    await dovecot.kill();
  };

  it('D1: startFrom now: what was there is historical, what comes is a ticket, pushed by IDLE', async () => {
    const address = newUser();
    await dovecot.deliver(address, rawMail());
    await dovecot.deliver(address, rawMail());
    // INTERNALDATE has whole seconds: the start must lie in a later one.
    const delivered = Math.floor(Date.now() / 1000);
    await eventually('the next second', () => Math.floor(Date.now() / 1000) > delivered);
    desk = await WatchedDesk.open(dovecot, address, { mailbox: 'startFrom: now' });
    expect(await desk.dispositions(2)).toEqual(['historical', 'historical']);
    await desk.settled();
    await dovecot.deliver(address, rawMail({ subject: 'agora' }));
    expect(await desk.dispositions(3)).toEqual(['historical', 'historical', 'ticket_opened']);
    expect(await desk.query('select subject from tickets')).toEqual([{ subject: 'agora' }]);
  }, 60_000);

  it('D1 D15: an outage of any length is filled up by UID, each message once', async () => {
    const address = newUser();
    desk = await WatchedDesk.open(dovecot, address);
    await desk.settled();
    await goDown(address);
    await dovecot.boot();
    for (let i = 0; i < 150; i += 1) await dovecot.deliver(address, rawMail());
    expect(await desk.dispositions(150)).toEqual(
      Array.from({ length: 150 }, () => 'ticket_opened'),
    );
    expect(await desk.query('select count(*)::int as n from tickets')).toEqual([{ n: 150 }]);
  }, 60_000);

  it('D1 D25: after a UIDVALIDITY change known messages are recognised and only new ones processed', async () => {
    const address = newUser();
    desk = await WatchedDesk.open(dovecot, address);
    await desk.settled();
    for (let i = 0; i < 3; i += 1) await dovecot.deliver(address, rawMail());
    expect(await desk.dispositions(3)).toEqual(['ticket_opened', 'ticket_opened', 'ticket_opened']);
    dovecot.doveadm('mailbox', 'update', '-u', address, '--uid-validity', '4242', 'INBOX');
    await dovecot.deliver(address, rawMail());
    const again = (await desk.dispositions(7)).slice(3);
    expect(again.sort()).toEqual(['duplicate', 'duplicate', 'duplicate', 'ticket_opened']);
    expect(await desk.query('select count(*)::int as n from tickets')).toEqual([{ n: 4 }]);
    const [cursor] = await desk.query('select uidvalidity from mailbox_cursors where folder = $1', [
      'INBOX',
    ]);
    expect(cursor).toEqual({ uidvalidity: '4242' });
  }, 60_000);

  it('D23: Junk is watched too, and what lies there is suspected', async () => {
    const address = newUser();
    desk = await WatchedDesk.open(dovecot, address);
    await desk.settled();
    const saved = rawMail({ subject: 'ganhe agora' });
    await dovecot.deliver(address, saved);
    await desk.dispositions(1);
    await dovecot.deliver(address, rawMail({ subject: 'mais um' }));
    await desk.dispositions(2);
    dovecot.doveadm('copy', '-u', address, 'Junk', 'mailbox', 'INBOX', 'all');
    expect((await desk.dispositions(4)).slice(2)).toEqual(['duplicate', 'duplicate']);
    dovecot.doveadm('expunge', '-u', address, 'mailbox', 'INBOX', 'all');
    await dovecot.deliver(address, rawMail({ subject: 'novo' }));
    await desk.dispositions(5);
    const rows = await desk.query<{ folder_role: string }>(
      'select folder_role from intake order by id',
    );
    expect(rows.map((row) => row.folder_role)).toEqual(['inbox', 'inbox', 'junk', 'junk', 'inbox']);
  }, 60_000);

  it('D22: a configured folder that is missing is said, and the mail of the inbox goes on', async () => {
    const address = newUser();
    await dovecot.deliver(address, rawMail());
    desk = await WatchedDesk.open(dovecot, address, {
      mailbox: `startFrom: '2020-01-01'\nfolders: { junk: Lixo }`,
    });
    expect(await desk.dispositions(1)).toEqual(['ticket_opened']);
    await eventually('the failure is said', async () => {
      const [row] = await desk.query<{ state: string; last_error: string | null }>(
        'select state, last_error from mailbox_states',
      );
      return row?.state === 'failing' && row.last_error?.includes('no folder "Lixo"') === true;
    });
    await dovecot.deliver(address, rawMail());
    expect(await desk.dispositions(2)).toEqual(['ticket_opened', 'ticket_opened']);
  }, 60_000);

  it('D22: by default nothing is done on the server: no flag, no move', async () => {
    const address = newUser();
    desk = await WatchedDesk.open(dovecot, address);
    await desk.settled();
    await dovecot.deliver(address, rawMail());
    await desk.dispositions(1);
    await desk.settled();
    expect(
      dovecot.doveadm('-f', 'flow', 'fetch', '-u', address, 'flags', 'mailbox', 'INBOX'),
    ).not.toContain('\\Seen');
  }, 60_000);

  it.each([
    ['seen', 'after: seen'],
    ['move', 'after: move\nmoveTo: Processados'],
  ])(
    'D22: after-processing %s comes last, and is recorded',
    async (after, mailbox) => {
      const address = newUser();
      desk = await WatchedDesk.open(dovecot, address, { mailbox });
      await desk.settled();
      await dovecot.deliver(address, rawMail());
      await desk.dispositions(1);
      await eventually('the action is recorded', async () => {
        const [row] = await desk.query<{ server_action: string }>(
          'select server_action from intake',
        );
        return row?.server_action === 'done';
      });
      const folder = after === 'seen' ? 'INBOX' : 'Processados';
      const listed = dovecot.doveadm(
        '-f',
        'flow',
        'fetch',
        '-u',
        address,
        'flags',
        'mailbox',
        folder,
      );
      if (after === 'seen') expect(listed).toContain('\\Seen');
      expect(listed).toContain('flags=');
    },
    60_000,
  );

  it('D22: what another build could not read is tried again when the mailbox is taken up', async () => {
    const address = newUser();
    desk = await WatchedDesk.open(dovecot, address, { start: false });
    const parser = desk.app.app.get(MessageParser, { strict: false });
    const read = parser.parse.bind(parser);
    parser.parse = () => Promise.reject(new UnparsableMail('failed', 'as an older build would'));
    desk.start();
    await dovecot.deliver(address, rawMail({ subject: 'lida depois' }));
    expect(await desk.dispositions(1)).toEqual(['quarantined']);
    parser.parse = read;
    await desk.query(`update intake set build = 'older'`);
    // As after an upgrade: the mailbox is given up and taken up again.
    await desk.query(
      `update leases set owner = 'gone', expires_at = now() where name = 'mailbox:suporte'`,
    );
    await eventually(
      'the ticket is filled',
      async () => (await desk.dispositions(1))[0] === 'ticket_opened',
      30_000,
    );
    expect(await desk.query('select subject, lane from tickets')).toEqual([
      { subject: 'lida depois', lane: 'inbox' },
    ]);
  }, 60_000);

  it('observe: decides and journals, opens tickets, sends nothing and touches nothing', async () => {
    const address = newUser();
    desk = await WatchedDesk.open(dovecot, address, { mailbox: 'mode: observe\nafter: seen' });
    await desk.settled();
    await dovecot.deliver(address, rawMail());
    expect(await desk.dispositions(1)).toEqual(['ticket_opened']);
    expect(await desk.query('select count(*)::int as n from outbox')).toEqual([{ n: 0 }]);
    expect(await desk.query('select server_action from intake')).toEqual([
      { server_action: 'none' },
    ]);
    expect(
      dovecot.doveadm('-f', 'flow', 'fetch', '-u', address, 'flags', 'mailbox', 'INBOX'),
    ).not.toContain('\\Seen');
  }, 60_000);

  it('D27: over the size limit header and first text are fetched; the ticket says so', async () => {
    const address = newUser();
    desk = await WatchedDesk.open(dovecot, address, { extra: 'limits: { messageBytes: 65536 }' });
    await desk.settled();
    await dovecot.deliver(
      address,
      `From: ana@cliente.test\r\nSubject: enorme\r\nMessage-ID: <big@c.test>\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\nveja o anexo\r\n--B\r\nContent-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n${'QUJD\r\n'.repeat(20_000)}--B--\r\n`,
    );
    expect(await desk.dispositions(1)).toEqual(['ticket_opened']);
    const [row] = await desk.query('select partial, size_bytes > 65536 as large from intake');
    expect(row).toEqual({ partial: true, large: true });
    const [ticket] = await desk.query('select subject, marks from tickets');
    expect(ticket).toEqual({ subject: 'enorme', marks: ['acima_do_limite'] });
  }, 60_000);

  it('a large message goes to the blob store in pieces, with its attachment', async () => {
    const address = newUser();
    desk = await WatchedDesk.open(dovecot, address);
    await desk.settled();
    const content = Buffer.alloc(2_000_000, 'anexo ');
    await dovecot.deliver(
      address,
      `From: ana@cliente.test\r\nSubject: anexo\r\nMessage-ID: <large@c.test>\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\nsegue\r\n--B\r\nContent-Type: application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n${content.toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n--B--\r\n`,
    );
    expect(await desk.dispositions(1)).toEqual(['ticket_opened']);
    const [attachment] = await desk.query('select filename, size_bytes from attachments');
    expect(attachment).toEqual({ filename: 'a.bin', size_bytes: '2000000' });
  }, 60_000);

  it('a server that goes away is a state with a sentence, and mail goes on when it is back', async () => {
    const address = newUser();
    desk = await WatchedDesk.open(dovecot, address, { start: false });
    desk.start();
    await desk.settled();
    await goDown(address);
    await eventually('the failure is recorded', async () => {
      const [row] = await desk.query<{ state: string; last_error: string | null }>(
        'select state, last_error from mailbox_states',
      );
      return row?.state === 'failing' && row.last_error !== null;
    });
    await dovecot.boot();
    await dovecot.deliver(address, rawMail({ subject: 'depois da queda' }));
    expect(await desk.dispositions(1)).toEqual(['ticket_opened']);
  }, 60_000);

  it('a mailbox is held by a lease while it is watched, and handed back at the stop', async () => {
    const address = newUser();
    desk = await WatchedDesk.open(dovecot, address);
    await desk.settled();
    const [lease] = await desk.query<{ name: string }>(
      `select name from leases where name = 'mailbox:suporte' and expires_at > now()`,
    );
    expect(lease).toBeDefined();
    await desk.watcher.stop();
    const [after] = await desk.query(
      `select expires_at <= now() as free from leases where name = 'mailbox:suporte'`,
    );
    expect(after).toEqual({ free: true });
  }, 60_000);
});
