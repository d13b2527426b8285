import { SERIALIZATION_FAILURES } from '../guards.js';
import { pause } from '../pause.js';
import type { Scenario } from '../scenario.js';

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
    core: true,
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
