/** `npm run demo`: the main job with a mail server of its own; nothing to install, nothing to configure. */
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { OperatorError } from '../platform/errors.js';
import { setLogLevel } from '../platform/logging.js';
import {
  DEMO_AGENTS,
  DEMO_VARIABLES,
  demoConfiguration,
  ensureAgents,
  readMemory,
  writeMemory,
  type DemoMemory,
} from './demo-desk.js';
import { startDemoMailServer, type DemoMailServer } from './demo-mail-server.js';
import { demoInstructions } from './demo-instructions.js';
import { sendSamples } from './demo-samples.js';
import { packageRoot } from './package-root.js';
import { freePort } from './port.js';
import { hasEmbeddedPostgres } from './postgres-binaries.js';
import { runMain } from './run-main.js';
import { Running } from './running.js';

const MAILBOXES = ['suporte@demo.test', 'financeiro@demo.test', 'cliente@demo.test'];
const CUSTOMER = 'cliente@demo.test';
const READY_WITHIN_MS = 90_000;
const SAMPLES_WITHIN_MS = 20_000;

async function main(): Promise<number> {
  setLogLevel('error');
  const directory = demoDirectory();
  makeDirectory(directory);
  console.log('Starting the demo …');
  const mail = await startDemoMailServer({
    addresses: MAILBOXES,
    everybodyElse: CUSTOMER,
    directory: path.join(directory, 'mail'),
    smtpPort: 2525,
    firstImapPort: 1143,
  });
  const port = await freePort(Number(process.env['PORT']) || 3000);
  const url = `http://127.0.0.1:${port}`;
  const variables = demoVariables(directory, port);
  writeFileSync(path.join(directory, 'helpdesk.yaml'), demoConfiguration(mail, url), {
    mode: 0o600,
  });
  const memory = readMemory(directory);
  let agents: Promise<DemoMemory['tokens']> = Promise.resolve({});
  const logFile = path.join(directory, 'helpdesk.log');
  const running = new Running({
    variables,
    logLevel: 'error',
    output: openSync(logFile, 'a', 0o600),
    onDatabase: (databaseUrl) => {
      agents = ensureAgents(databaseUrl, variables, memory.tokens);
      agents.catch(() => running.stop());
    },
  });
  let interrupted = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      interrupted = true;
      running.stop();
    });
  }
  const ended = runUntilEnd(running, mail);
  const ready = await Promise.race([ended.then(() => false), untilReady(url)]);
  if (!ready) {
    running.stop();
    const code = await ended;
    return interrupted ? code : code || explain(logFile);
  }
  const tokens = await agents;
  writeMemory(directory, { ...memory, tokens });
  if (!memory.samplesSent) {
    const sent = await sendSamples(mail.smtpPort);
    writeMemory(directory, { tokens, samplesSent: true });
    await untilTickets(url, Object.values(tokens), sent);
  }
  const [protocol = '1000001'] = await visibleTickets(url, tokens[DEMO_AGENTS[0]!.email] ?? '');
  console.log(
    demoInstructions({ url, mail, customer: CUSTOMER, tokens, protocol, logFile, directory }),
  );
  return ended;
}

async function runUntilEnd(running: Running, mail: DemoMailServer): Promise<number> {
  try {
    return await running.run();
  } finally {
    await mail.stop();
  }
}

/**
 * The demo's own folder, port and database, whatever is set for the real helpdesk; only where npm brings no PostgreSQL
 * for this machine DATABASE_URL counts.
 */
function demoVariables(directory: string, port: number): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...DEMO_VARIABLES,
    HELPDESK_CONFIG: path.join(directory, 'helpdesk.yaml'),
    HELPDESK_DATA: directory,
    HELPDESK_ROLE: 'all',
    PORT: String(port),
    DATABASE_URL: hasEmbeddedPostgres() ? undefined : process.env['DATABASE_URL'],
  };
}

/** `.data/` in the checkout, or where `npm run demo -- --directory DIR` says. */
function demoDirectory(): string {
  const { values } = parseArgs({ options: { directory: { type: 'string' } } });
  return path.resolve(values.directory ?? path.join(packageRoot(), '.data'));
}

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o711 });
    writeFileSync(path.join(directory, '.writable'), '');
  } catch (error) {
    throw new OperatorError(
      `The demo keeps its data in ${directory}, which cannot be written (${(error as NodeJS.ErrnoException).code}): clone the project as this user, or give this user the right to write there.`,
      { cause: error },
    );
  }
}

async function untilReady(url: string): Promise<boolean> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    const answer = await fetch(`${url}/health/ready`).catch(() => null);
    if (answer?.ok === true) return true;
    await delay(100);
  }
  return false;
}

/** Waits a moment for the sample mails to become tickets, so that the first look at the API shows them. */
async function untilTickets(
  url: string,
  tokens: readonly string[],
  atLeast: number,
): Promise<void> {
  const deadline = Date.now() + SAMPLES_WITHIN_MS;
  while (Date.now() < deadline) {
    const counts = await Promise.all(tokens.map((token) => visibleTickets(url, token)));
    if (counts.reduce((sum, found) => sum + found.length, 0) >= atLeast) return;
    await delay(200);
  }
}

/** Protocols, the oldest first; none where the API cannot say. */
async function visibleTickets(url: string, token: string): Promise<string[]> {
  const answer = await fetch(`${url}/api/v1/tickets?sort=createdAt:asc`, {
    headers: { authorization: `Bearer ${token}` },
  }).catch(() => null);
  if (answer?.ok !== true) return [];
  const { items } = (await answer.json()) as { items: { protocol: string }[] };
  return items.map((ticket) => ticket.protocol);
}

function explain(logFile: string): number {
  const last = readFileSync(logFile, 'utf8').trim().split('\n').slice(-15).join('\n');
  process.stderr.write(`\nThe helpdesk did not start. The end of ${logFile}:\n${last}\n\n`);
  return 1;
}

runMain(main);
