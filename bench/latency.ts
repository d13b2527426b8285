import { Dovecot } from '../test/support/dovecot.js';
import {
  blackHole,
  figure,
  type Figure,
  Laboratory,
  product,
  quantile,
  until,
} from './laboratory.js';
import { customerMail } from './mail.js';

const MESSAGES = 60;

/** Arrival (the MTA's delivery is done) → ticket in the list of the API, with IDLE, one mail at a time. */
export async function latency(): Promise<Figure[]> {
  const laboratory = await Laboratory.open();
  const dovecot = await Dovecot.start(['suporte@hd.test', 'financeiro@hd.test']);
  const smtp = await blackHole();
  const desk = await product(await laboratory.database('ours'), dovecot, smtp.port);
  try {
    await desk.boot();
    const api = desk.agent('sonia@hd.test', ['suporte']);
    const times: number[] = [];
    let seen = 0;
    for (let index = 0; index < MESSAGES; index += 1) {
      await dovecot.deliver('suporte@hd.test', customerMail(index, 'suporte@hd.test', 'latency'));
      const start = performance.now();
      await until(
        `ticket ${index}`,
        async () => {
          const page = await api.get('/tickets?limit=100');
          return page.items.length > seen;
        },
        60_000,
      );
      times.push(performance.now() - start);
      seen += 1;
    }
    return [0.5, 0.95].map((share) =>
      figure({
        name: `arrival-to-visible-p${share * 100}`,
        value: quantile(times, share),
        unit: 'ms',
        direction: 'lower',
        limit: 1_500,
        kind: 'target',
        note: `${MESSAGES} mails one at a time; Dovecot itself waits about 0.5 s before it tells IDLE`,
      }),
    );
  } finally {
    await desk.remove();
    await smtp.stop();
    await dovecot.stop();
    await laboratory.close();
  }
}
