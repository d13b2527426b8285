import { Dovecot, DOVECOT_PASSWORD } from '../test/support/dovecot.js';
import { blackHole, figure, fill, type Figure, Laboratory, median, product } from './laboratory.js';
import { customerMail } from './mail.js';
import { naiveIngest } from './naive.js';
import { workOff } from './work-off.js';

const MESSAGES = Number(
  process.argv.find((argument) => argument.startsWith('--messages='))?.split('=')[1] ?? 2_000,
);
const RUNS = Number(
  process.argv.find((argument) => argument.startsWith('--runs='))?.split('=')[1] ?? 5,
);

/**
 * Ingest with all features on, as a ratio to the naive limit: both on the same PostgreSQL and the same full mailbox,
 * in turns. Ours is timed from the first message on disk to the last one disposed of, by the rows' own times.
 */
export async function ingest(): Promise<Figure[]> {
  const laboratory = await Laboratory.open();
  const dovecot = await Dovecot.start(['suporte@hd.test', 'financeiro@hd.test']);
  const smtp = await blackHole();
  const naive: number[] = [];
  const ours: number[] = [];
  const cpu: number[] = [];
  try {
    await fill(
      dovecot,
      'suporte@hd.test',
      Array.from({ length: MESSAGES }, (_, index) => customerMail(index)),
    );
    for (let run = 1; run <= RUNS; run += 1) {
      const limit = await naiveIngest({
        databaseUrl: await laboratory.database('naive'),
        imapPort: dovecot.imapPort,
        user: 'suporte@hd.test',
        password: DOVECOT_PASSWORD,
      });
      naive.push(limit.messages / (limit.ms / 1000));
      const databaseUrl = await laboratory.database('ours');
      const desk = await product(databaseUrl, dovecot, smtp.port);
      const mine = await workOff(desk, databaseUrl, MESSAGES);
      ours.push(MESSAGES / (mine.ms / 1000));
      cpu.push(mine.cpuMs / MESSAGES);
      console.log(
        `ingest run ${run}: naive ${naive.at(-1)!.toFixed(0)}/s, ours ${ours.at(-1)!.toFixed(0)}/s, ratio ${(ours.at(-1)! / naive.at(-1)!).toFixed(2)}, node cpu ${cpu.at(-1)!.toFixed(2)} ms a message`,
      );
    }
  } finally {
    await smtp.stop();
    await dovecot.stop();
    await laboratory.close();
  }
  const spread = (values: number[]): string => values.map((value) => value.toFixed(0)).join(', ');
  return [
    figure({
      name: 'ingest',
      value: median(ours),
      unit: 'messages/s',
      direction: 'higher',
      limit: median(naive),
      kind: 'physical',
      note: `ours ${spread(ours)}; naive ${spread(naive)}`,
    }),
    figure({
      name: 'ingest-node-cpu',
      value: median(cpu),
      unit: 'ms/message',
      direction: 'lower',
      limit: 2.5,
      kind: 'target',
    }),
  ];
}
