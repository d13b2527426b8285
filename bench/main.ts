import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CHECKOUT } from '../test/support/product.js';
import { clocks } from './clocks.js';
import { deadlines } from './deadlines.js';
import { inbox } from './inbox.js';
import { ingest } from './ingest.js';
import type { Figure } from './laboratory.js';
import { latency } from './latency.js';
import { memory } from './memory.js';
import { backlog, neighbour } from './outage.js';
import { reports } from './reports.js';

/** `npm run bench [-- NAME …]`: each benchmark beside its limit, measured in the same run. */
const BENCHMARKS: Readonly<Record<string, () => Promise<Figure[]>>> = {
  ingest,
  latency,
  memory,
  inbox,
  deadlines,
  clocks,
  reports,
  backlog,
  neighbour,
};

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = wanted.filter((name) => BENCHMARKS[name] === undefined);
if (unknown.length > 0) {
  console.error(
    `No benchmark is called ${unknown.join(', ')}. There are: ${Object.keys(BENCHMARKS).join(', ')}.`,
  );
  process.exit(2);
}
/** These need no mail server. */
const WITHOUT_MAIL = ['deadlines', 'clocks', 'reports'];
const needsMail = wanted.length === 0 || wanted.some((name) => !WITHOUT_MAIL.includes(name));
if (needsMail && !existsSync('/usr/sbin/dovecot')) {
  console.error(
    "These benchmarks run against a real Dovecot: install Debian's dovecot-imapd and dovecot-lmtpd.",
  );
  process.exit(2);
}

const latest = path.join(CHECKOUT, 'bench/results/latest.json');
for (const name of wanted.length > 0 ? wanted : Object.keys(BENCHMARKS)) {
  const figures = await BENCHMARKS[name]!();
  for (const one of figures) {
    console.log(
      `${one.name.padEnd(32)} ${one.value} ${one.unit} (${one.kind} limit ${one.limit}, ratio ${one.ratio})`,
    );
  }
  // Figures of benchmarks that were not run this time stay.
  const before = existsSync(latest) ? (JSON.parse(readFileSync(latest, 'utf8')) as Figure[]) : [];
  const fresh = new Set(figures.map((one) => one.name));
  mkdirSync(path.dirname(latest), { recursive: true });
  writeFileSync(
    latest,
    `${JSON.stringify([...before.filter((one) => !fresh.has(one.name)), ...figures], null, 2)}\n`,
  );
}
