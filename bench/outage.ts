import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { Dovecot } from '../test/support/dovecot.js';
import { blackHole, figure, fill, type Figure, Laboratory, median, product } from './laboratory.js';
import { customerMail } from './mail.js';
import { workOff } from './work-off.js';

const BACKLOG = 10_000;
const USUAL = 2_000;
const NEIGHBOUR = 1_000;
const PAIRS = 7;

const perSecond = (messages: number, { ms }: { ms: number }): number => messages / (ms / 1000);

/** After a long outage: 10,000 messages that wait are worked off at the rate of 2,000, both measured in turns. */
export async function backlog(): Promise<Figure[]> {
  const laboratory = await Laboratory.open();
  const dovecot = await Dovecot.start(['suporte@hd.test', 'financeiro@hd.test']);
  const smtp = await blackHole();
  const after: Record<number, number[]> = { [USUAL]: [], [BACKLOG]: [] };
  try {
    let filled = 0;
    for (const messages of [USUAL, USUAL, USUAL, BACKLOG, BACKLOG, BACKLOG]) {
      const more = Array.from({ length: messages - filled }, (_, at) => customerMail(filled + at));
      await fill(dovecot, 'suporte@hd.test', more);
      filled = messages;
      const databaseUrl = await laboratory.database('ours');
      const desk = await product(databaseUrl, dovecot, smtp.port);
      const rate = perSecond(messages, await workOff(desk, databaseUrl, messages));
      after[messages]!.push(rate);
      console.log(`backlog: ${messages} messages at ${rate.toFixed(0)}/s`);
    }
  } finally {
    await smtp.stop();
    await dovecot.stop();
    await laboratory.close();
  }
  const spread = (values: number[]): string => values.map((value) => value.toFixed(0)).join(', ');
  return [
    figure({
      name: 'backlog-of-10000',
      value: median(after[BACKLOG]!),
      unit: 'messages/s',
      direction: 'higher',
      limit: 0.8 * median(after[USUAL]!),
      kind: 'target',
      note: `with 10,000 waiting ${spread(after[BACKLOG]!)}; with 2,000 ${spread(after[USUAL]!)}; the limit is 80 % of the latter`,
    }),
  ];
}

/** How much slower a mailbox is worked off while its neighbour's server takes connections and never says a word. */
export async function neighbour(): Promise<Figure[]> {
  const laboratory = await Laboratory.open();
  const dovecot = await Dovecot.start(['suporte@hd.test', 'financeiro@hd.test']);
  const smtp = await blackHole();
  const silent = await silentServer();
  const slower: number[] = [];
  try {
    const mails = Array.from({ length: NEIGHBOUR }, (_, at) => customerMail(at));
    await fill(dovecot, 'suporte@hd.test', mails);
    const rate = async (financePort: number): Promise<number> => {
      const databaseUrl = await laboratory.database('ours');
      const desk = await product(databaseUrl, dovecot, smtp.port);
      const file = path.join(desk.directory, 'helpdesk.yaml');
      const yaml = readFileSync(file, 'utf8');
      const line = `port: ${dovecot.imapPort}, tls: none, user: financeiro@hd.test`;
      if (!yaml.includes(line)) throw new Error('the mailbox is not where it was expected');
      writeFileSync(file, yaml.replace(line, line.replace(/\d+/, String(financePort))));
      return perSecond(NEIGHBOUR, await workOff(desk, databaseUrl, NEIGHBOUR));
    };
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const order =
        pair % 2 === 0 ? [dovecot.imapPort, silent.port] : [silent.port, dovecot.imapPort];
      const rates = new Map<number, number>();
      for (const port of order) rates.set(port, await rate(port));
      const [well, down] = [rates.get(dovecot.imapPort)!, rates.get(silent.port)!];
      slower.push((well / down - 1) * 100);
      console.log(
        `neighbour pair ${pair + 1}: well ${well.toFixed(0)}/s, down ${down.toFixed(0)}/s, ${slower.at(-1)!.toFixed(1)} % slower`,
      );
    }
  } finally {
    await silent.stop();
    await smtp.stop();
    await dovecot.stop();
    await laboratory.close();
  }
  return [
    figure({
      name: 'neighbour-down',
      // A neighbour that is down may well free a core: less than nothing counts as a tenth of a per cent.
      value: Math.max(0.1, median(slower)),
      unit: '% slower',
      direction: 'lower',
      limit: 10,
      kind: 'target',
      note: `pairs in turns: ${slower.map((value) => value.toFixed(1)).join(', ')}`,
    }),
  ];
}

async function silentServer(): Promise<{ port: number; stop: () => Promise<void> }> {
  const open = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as net.AddressInfo).port,
    stop: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
