import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { DEMO_MAIL_PASSWORD, type DemoMailServer } from './demo-mail-server.js';
import { packageRoot } from './package-root.js';

/** Of every agent of the demo; it listens on loopback only. */
export const DEMO_AGENT_PASSWORD = 'demonstracao-helpdesk';

export interface DemoAgent {
  readonly email: string;
  readonly name: string;
  readonly role: 'agent' | 'supervisor' | 'admin';
  readonly queues: readonly string[];
}

export const DEMO_AGENTS: readonly DemoAgent[] = [
  { email: 'sonia@demo.test', name: 'Sônia Ramos', role: 'agent', queues: ['suporte', 'produto'] },
  { email: 'fabio@demo.test', name: 'Fábio Teixeira', role: 'agent', queues: ['financeiro'] },
  { email: 'admin@demo.test', name: 'Alice Prado', role: 'admin', queues: [] },
];

/** What the demo remembers between starts. */
export interface DemoMemory {
  /** Bearer token by agent's address. */
  readonly tokens: Readonly<Record<string, string>>;
  readonly samplesSent: boolean;
}

export function readMemory(directory: string): DemoMemory {
  const file = path.join(directory, 'demo.json');
  if (!existsSync(file)) return { tokens: {}, samplesSent: false };
  return JSON.parse(readFileSync(file, 'utf8')) as DemoMemory;
}

export function writeMemory(directory: string, memory: DemoMemory): void {
  writeFileSync(path.join(directory, 'demo.json'), JSON.stringify(memory, null, 2), {
    mode: 0o600,
  });
}

/** helpdesk.yaml for the demo's mail server, with the ports of this start. */
export function demoConfiguration(mail: DemoMailServer, publicUrl: string): string {
  const mailbox = (key: string): string => `
  ${key}:
    address: ${key}@demo.test
    queue: ${key}
    # Everything in the demo's mailboxes is new; at home "now" is the safer beginning.
    startFrom: '2020-01-01'
    imap: { host: 127.0.0.1, port: ${mail.imapPorts[`${key}@demo.test`]}, tls: none, password: '\${DEMO_MAIL_PASSWORD}' }
    smtp: { host: 127.0.0.1, port: ${mail.smtpPort}, tls: none }`;
  return `# Written by "npm run demo" at every start: changes here are lost.
company:
  name: Demonstração Sistemas
http:
  publicUrl: ${publicUrl}
  cookies: { secure: false }
queues:
  suporte: { name: Suporte }
  financeiro: { name: Financeiro, private: true }
  produto: { name: Produto }
mailboxes:${mailbox('suporte')}${mailbox('financeiro')}
    fixedReason: financeiro
`;
}

export const DEMO_VARIABLES = { DEMO_MAIL_PASSWORD } as const;

/**
 * Makes the demo's agents where they are missing, and a bearer token for each, with the operator's own tool; returns
 * the tokens by address.
 */
export async function ensureAgents(
  databaseUrl: string,
  variables: Readonly<Record<string, string | undefined>>,
  memory: DemoMemory,
): Promise<Record<string, string>> {
  const known = await knownAgents(databaseUrl);
  const helpdesk = (args: readonly string[], input = ''): string =>
    runTool([...args], { ...variables, DATABASE_URL: databaseUrl }, input);
  const tokens: Record<string, string> = {};
  for (const { email, name, role, queues } of DEMO_AGENTS) {
    const remembered = known.has(email) ? memory.tokens[email] : undefined;
    if (!known.has(email)) {
      helpdesk(
        [
          ...['agent', 'create', '--email', email, '--name', name, '--role', role],
          ...queues.flatMap((queue) => ['--queue', queue]),
          '--password-stdin',
        ],
        `${DEMO_AGENT_PASSWORD}\n`,
      );
    }
    tokens[email] =
      remembered ?? tokenOf(helpdesk(['token', 'create', '--agent', email, '--json']));
  }
  return tokens;
}

function tokenOf(output: string): string {
  return (JSON.parse(output) as { token: string }).token;
}

function runTool(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  input: string,
): string {
  const tool = path.join(packageRoot(), 'dist/src/cli/main.js');
  const run = spawnSync(process.execPath, [tool, ...args], { env, input, encoding: 'utf8' });
  if (run.status !== 0) {
    throw new Error(
      `helpdesk ${args.join(' ')} ended with ${run.status}:\n${run.stdout}${run.stderr}`,
    );
  }
  return run.stdout;
}

async function knownAgents(databaseUrl: string): Promise<Set<string>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ email: string }>('select email from agents');
    return new Set(rows.map((row) => row.email));
  } finally {
    await client.end();
  }
}
