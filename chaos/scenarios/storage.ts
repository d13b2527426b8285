import path from 'node:path';
import { eventually } from '../../test/support/eventually.js';
import { count } from '../guards.js';
import { pause } from '../pause.js';
import type { Scenario } from '../scenario.js';
import { noSmallDisk, SmallDisk } from '../small-disk.js';

export const storage: readonly Scenario[] = [
  {
    name: 'disk-full',
    notHere: noSmallDisk,
    async run(world) {
      const disk = SmallDisk.mount(path.join(world.directory, 'data/files'), '400k');
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
        disk.resize('64m');
        await world.settle();
      } finally {
        await world.first.kill();
        disk.unmount();
      }
    },
  },
];
