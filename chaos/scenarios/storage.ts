import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { eventually } from '../../test/support/eventually.js';
import { count } from '../guards.js';
import { pause } from '../pause.js';
import type { Scenario } from '../scenario.js';

const SMALL = '400k';
const mount = (...args: string[]): boolean =>
  spawnSync('mount', args, { stdio: 'ignore' }).status === 0;

export const storage: readonly Scenario[] = [
  {
    name: 'disk-full',
    notHere: () => (process.getuid?.() === 0 ? null : 'a small disk can be mounted by root only'),
    async run(world) {
      const files = path.join(world.directory, 'data/files');
      mkdirSync(files, { recursive: true });
      if (!mount('-t', 'tmpfs', '-o', `size=${SMALL}`, 'tmpfs', files))
        throw new NotHere('this machine does not let a small disk be mounted');
      try {
        await world.first.boot();
        await world.mails(3);
        await world.mail({ large: true });
        await world.mails(3);
        world.fault('disk full');
        // Nothing overtakes a message that cannot be stored; the other mailbox goes on, and somebody is told.
        await eventually(
          'the other mailbox goes on and the full disk shows',
          async () =>
            (await count(
              world.db,
              `select count(*) from intake where state = 'done' and mailbox_key = 'financeiro'`,
            )) > 0 &&
            (await count(
              world.db,
              `select count(*) from mailbox_states where state = 'failing' and last_error like '%ENOSPC%'`,
            )) > 0,
          20_000,
        );
        await pause(1_000);
        mount('-o', 'remount,size=64m', files);
        await world.settle();
      } finally {
        await world.first.kill();
        spawnSync('umount', ['-l', files], { stdio: 'ignore' });
      }
    },
  },
];

/** Found out while it ran: this machine cannot. */
export class NotHere extends Error {}
