import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { eventually } from '../../test/support/eventually.js';
import { SERIALIZATION_FAILURES } from '../guards.js';
import { pause } from '../pause.js';
import type { Scenario } from '../scenario.js';
import { noSmallDisk, SmallDisk } from '../small-disk.js';

export const postgres: readonly Scenario[] = [
  {
    name: 'postgres-kill',
    core: true,
    async run(world) {
      await world.first.boot();
      for (let kills = 0; kills < 2; kills += 1) {
        const writing = world.mails(12);
        await pause(world.random.between(50, 700));
        await world.lab.crashPostgres();
        world.fault('kill -9 of PostgreSQL');
        await writing;
        await world.reconnect();
        await world.mails(3);
      }
    },
  },
  {
    name: 'postgres-restart',
    settings: { workers: 2 },
    async run(world) {
      await world.bootAll();
      for (let restarts = 0; restarts < 2; restarts += 1) {
        const writing = world.mails(12);
        await pause(world.random.between(50, 700));
        await world.lab.restartPostgres();
        world.fault('restart of PostgreSQL');
        await writing;
        await world.reconnect();
        await world.reply().catch(() => false);
      }
    },
  },
  {
    name: 'postgres-disk-full',
    notHere: noSmallDisk,
    async run(world) {
      // Where PostgreSQL's own user may enter: as root it runs as nobody.
      const folder = mkdtempSync(path.join(os.tmpdir(), 'helpdesk-chaos-disk-'));
      chmodSync(folder, 0o755);
      const place = path.join(folder, 'disk');
      const disk = SmallDisk.mount(place, '256m', 'nobody');
      world.afterwards(async () => {
        await world.lab.dropTablespace();
        disk.unmount();
        rmSync(folder, { recursive: true, force: true });
      });
      await world.db.end();
      await world.lab.moveDatabase(world.name, place);
      await world.reconnect();
      disk.resize(`${disk.usedKilobytes() + 1_500}k`);
      await world.first.boot();
      await world.mails(4);
      await world.allDone();
      const writing = (async () => {
        for (let index = 0; index < 50; index += 1) await world.mail({ bytes: 40_000 });
      })();
      await eventually(
        'the product meets the full disk',
        () => readFileSync(world.first.logFile, 'utf8').includes('No space left on device'),
        30_000,
      );
      world.fault('disk of PostgreSQL full');
      await writing;
      await pause(1_000);
      disk.resize('256m');
    },
  },
  {
    name: 'postgres-cut',
    async run(world) {
      await world.first.boot();
      for (let cuts = 0; cuts < 6; cuts += 1) {
        const writing = world.mails(5);
        await pause(world.random.between(20, 500));
        world.fault('connection to PostgreSQL cut', world.lab.lines.postgres.cutAll());
        await writing;
        await world.reply().catch(() => false);
      }
      world.lab.lines.postgres.set({ kind: 'refuse' });
      await world.mails(4);
      await pause(1_500);
      world.lab.lines.postgres.pass();
      world.fault('PostgreSQL not reachable');
    },
  },
  {
    name: 'serialization-failures',
    settings: { workers: 2 },
    async run(world) {
      await world.db.query(SERIALIZATION_FAILURES);
      await world.bootAll();
      await world.mails(25);
      await world.reply().catch(() => false);
      await world.settle();
      const { rows } = await world.db.query<{ n: string }>(
        'select last_value as n from chaos.failures',
      );
      world.fault('serialization failure', Number(rows[0]!.n));
    },
  },
];
