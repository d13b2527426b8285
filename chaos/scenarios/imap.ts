import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ImapFlow } from 'imapflow';
import { DOVECOT_PASSWORD } from '../../test/support/dovecot.js';
import { eventually } from '../../test/support/eventually.js';
import { count } from '../guards.js';
import { pause } from '../pause.js';
import { person } from '../person.js';
import type { Scenario } from '../scenario.js';

async function uidsOf(client: ImapFlow, messageId: string): Promise<number[]> {
  const found = await client.search({ header: { 'message-id': messageId } }, { uid: true });
  return found === false || found === undefined ? [] : found;
}

export const imap: readonly Scenario[] = [
  {
    name: 'dovecot-kill',
    core: true,
    async run(world) {
      await world.first.boot();
      for (let kills = 0; kills < 2; kills += 1) {
        await world.mails(10);
        await pause(world.random.between(0, 400));
        await world.lab.dovecot.kill('SIGKILL');
        world.fault('kill -9 of Dovecot');
        await pause(world.random.between(100, 800));
        // Its children hold the ports for a moment after the master is gone.
        await eventually(
          'Dovecot runs again',
          () => world.lab.dovecot.boot().then(() => true),
          30_000,
        );
      }
      await world.mails(3);
    },
  },
  {
    name: 'dovecot-restart',
    async run(world) {
      await world.first.boot();
      for (let restarts = 0; restarts < 2; restarts += 1) {
        await world.mails(10);
        await pause(world.random.between(0, 400));
        await world.lab.dovecot.kill();
        world.fault('restart of Dovecot');
        await world.lab.dovecot.boot();
        await world.mails(3);
      }
    },
  },
  {
    name: 'imap-line',
    async run(world) {
      const line = world.lab.lines.imap;
      await world.first.boot();
      const before = line.faults;
      await world.mails(6);
      line.set({ kind: 'cut', afterBytes: world.random.between(200, 4_000) }, 3);
      await world.mails(6);
      line.cutAll();
      await pause(500);
      line.set({ kind: 'slow', delayMs: 40 });
      await world.mails(5);
      line.cutAll();
      await pause(500);
      line.set({ kind: 'refuse' }, 2);
      line.cutAll();
      await world.mails(4);
      await pause(500);
      line.pass();
      world.fault('IMAP line cut, slow or refused', line.faults - before);
    },
  },
  {
    name: 'imap-half-open',
    settings: {
      patches: [
        // The product waits minutes before it calls a line dead; the laboratory has seconds.
        {
          file: 'src/modules/mailboxes/domain/server-settings.js',
          from: 'socketTimeoutMs: config.socketTimeoutMs',
          to: 'socketTimeoutMs: 2_000',
        },
      ],
    },
    async run(world) {
      await world.first.boot();
      await world.mails(5);
      world.lab.lines.imap.set({ kind: 'silent' });
      world.fault('half-open IMAP line');
      await world.mails(5);
      await pause(3_000);
      world.lab.lines.imap.pass();
      world.lab.lines.imap.cutAll();
    },
  },
  {
    name: 'other-people',
    settings: { after: 'seen' },
    async run(world) {
      await world.first.boot();
      for (let turn = 0; turn < 3; turn += 1) {
        const from = world.sent.length;
        await world.mails(9);
        const mine = world.sent.slice(from);
        const [deleted, other, moved] = mine.filter((one) => one.mailbox === 'suporte');
        for (const one of [deleted!, other!, moved!]) one.mayVanish = true;
        await person(world, { mailbox: 'suporte' }, async (client) => {
          await client.mailboxCreate('Arquivo');
          for (const { messageId } of [deleted!, other!]) {
            const found = await uidsOf(client, messageId);
            if (found.length > 0) await client.messageDelete(found, { uid: true });
          }
          const found = await uidsOf(client, moved!.messageId);
          if (found.length > 0) await client.messageMove(found, 'Arquivo', { uid: true });
          await client.messageFlagsAdd('1:*', ['\\Seen', '\\Flagged']).catch(() => false);
        });
        world.fault('EXPUNGE by somebody else', 2);
        world.fault('moved by somebody else');
        world.fault('flagged by somebody else');
      }
    },
  },
  {
    name: 'uidvalidity',
    core: true,
    async run(world) {
      await world.first.boot();
      await world.mails(8);
      await world.allDone();
      for (const mailbox of world.mailboxes) {
        world.lab.dovecot.doveadm(
          'mailbox',
          'update',
          '-u',
          world.address(mailbox),
          '--uid-validity',
          String(world.random.between(1_000, 2_000_000_000)),
          'INBOX',
        );
        world.fault('UIDVALIDITY changed');
      }
      world.lab.lines.imap.cutAll();
      await world.mails(6);
    },
  },
  {
    name: 'folder-made-anew',
    async run(world) {
      await world.first.boot();
      await world.mails(6);
      await world.allDone();
      for (const mailbox of world.mailboxes) {
        world.lab.dovecot.doveadm('mailbox', 'delete', '-u', world.address(mailbox), 'Junk');
        world.fault('folder deleted');
        await pause(300);
        world.lab.dovecot.doveadm('mailbox', 'create', '-u', world.address(mailbox), 'Junk');
        world.fault('folder made anew');
      }
      world.lab.lines.imap.cutAll();
      await world.mails(6);
    },
  },
  {
    name: 'wrong-password',
    async run(world) {
      const users = path.join(world.lab.dovecot.directory, 'users');
      const right = readFileSync(users, 'utf8');
      await world.mails(5);
      writeFileSync(users, right.replaceAll(`{PLAIN}${DOVECOT_PASSWORD}`, '{PLAIN}outra'));
      world.lab.dovecot.doveadm('auth', 'cache', 'flush');
      await world.first.boot();
      world.fault('wrong password');
      await eventually(
        'the mailbox says that its log-in fails',
        async () =>
          (await count(world.db, `select count(*) from mailbox_states where state = 'failing'`)) >
          0,
        20_000,
      );
      world.advance(3_600_000);
      await world.mails(3);
      writeFileSync(users, right);
      world.lab.dovecot.doveadm('auth', 'cache', 'flush');
    },
  },
  {
    name: 'token-expiry',
    settings: { oauth2: true },
    async run(world) {
      const { tokens, lines } = world.lab;
      await world.first.boot();
      for (let expiries = 0; expiries < 3; expiries += 1) {
        await world.mails(4);
        await world.allDone();
        tokens.valid.clear();
        world.fault('access token expired');
        if (expiries === 1) {
          tokens.errors = ['temporarily_unavailable', 'server_error'];
          world.fault('token endpoint in trouble', 2);
        }
        lines.imap.cutAll();
      }
      world.advance(2 * 3_600_000);
      lines.imap.cutAll();
      await world.mails(4);
    },
  },
  {
    name: 'backlog',
    long: true,
    async run(world) {
      await world.mails(10_000);
      world.fault('outage with 10,000 messages behind it');
      await world.first.boot();
      await world.settle(900_000);
    },
  },
];
