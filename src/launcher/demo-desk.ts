import { fork } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
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
 * Makes the demo's agents where they are missing, with a bearer token for each, in a process of its own (this one stays
 * small); returns the tokens by address.
 */
export async function ensureAgents(
  databaseUrl: string,
  variables: Readonly<Record<string, string | undefined>>,
  remembered: DemoMemory['tokens'],
): Promise<DemoMemory['tokens']> {
  const child = fork(path.join(packageRoot(), 'dist/src/launcher/demo-agents.js'), {
    env: { ...variables, DATABASE_URL: databaseUrl },
  });
  child.send(remembered);
  return new Promise((resolve, reject) => {
    child.once('message', (tokens) => resolve(tokens as DemoMemory['tokens']));
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`The demo's agents could not be made (${code})`)),
    );
  });
}
