import { readFileSync, rmSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ImapFlow } from 'imapflow';
import pg from 'pg';
import { SMTPServer } from 'smtp-server';
import type net from 'node:net';
import { startEmbeddedPostgres } from '../src/launcher/embedded-postgres.js';
import { Dovecot, DOVECOT_PASSWORD } from '../test/support/dovecot.js';
import { Product } from '../test/support/product.js';

/** One figure of `bench/results/latest.json`; a ratio of 1 or more means that the limit is reached. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly direction: 'higher' | 'lower';
  readonly limit: number;
  readonly kind: 'physical' | 'target';
  readonly ratio: number;
  /** Anything that helps to read the figure. */
  readonly note?: string;
}

export function figure(input: Omit<Figure, 'ratio'>): Figure {
  const ratio =
    input.direction === 'higher' ? input.value / input.limit : input.limit / input.value;
  return { ...input, value: round(input.value), limit: round(input.limit), ratio: round(ratio, 3) };
}

function round(value: number, digits = 2): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** A PostgreSQL of its own (fsync on), for one benchmark run. */
export class Laboratory {
  private constructor(
    private readonly directory: string,
    private readonly server: { url: string; stop(): Promise<void> },
  ) {}

  static async open(): Promise<Laboratory> {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'helpdesk-bench-'));
    return new Laboratory(directory, await startEmbeddedPostgres({ directory }));
  }

  async database(name: string): Promise<string> {
    const client = new pg.Client({ connectionString: this.server.url });
    await client.connect();
    await client.query(`drop database if exists ${name} with (force)`);
    await client.query(`create database ${name}`);
    const { rows } = await client.query<{ fsync: string }>('show fsync');
    await client.end();
    if (rows[0]?.fsync !== 'on') throw new Error('The benchmark wants fsync on');
    const url = new URL(this.server.url);
    url.pathname = `/${name}`;
    return url.href;
  }

  async close(): Promise<void> {
    await this.server.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** An SMTP server that takes everything and keeps nothing but the count. */
export async function blackHole(): Promise<{
  port: number;
  taken: () => number;
  stop: () => Promise<void>;
}> {
  let taken = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    onData: (stream, _session, callback) => {
      stream.resume();
      stream.on('end', () => {
        taken += 1;
        callback();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  return {
    port: (server.server.address() as net.AddressInfo).port,
    taken: () => taken,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Puts messages into a mailbox by IMAP APPEND. */
export async function fill(
  dovecot: Dovecot,
  user: string,
  messages: Iterable<Buffer>,
): Promise<void> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port: dovecot.imapPort,
    secure: false,
    auth: { user, pass: DOVECOT_PASSWORD },
    logger: false,
  });
  client.on('error', () => undefined);
  await client.connect();
  for (const message of messages) await client.append('INBOX', message);
  await client.logout();
}

/** Milliseconds of CPU (user and system) that these processes have used so far. */
export function cpuMs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const stat = statOf(pid);
    return stat === null ? sum : sum + (Number(stat[11]) + Number(stat[12])) * 10; // clock ticks of 1/100 s
  }, 0);
}

/** Resident memory of these processes together, MiB (shared pages counted in each). */
export function residentMb(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    try {
      const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
      return sum + Number(line?.[1] ?? 0) / 1024;
    } catch {
      return sum;
    }
  }, 0);
}

function statOf(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

export const until = async (
  what: string,
  holds: () => Promise<boolean>,
  timeoutMs: number,
): Promise<void> => {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Waited in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

/** The product on the given servers, prepared but not yet started. */
export function product(databaseUrl: string, dovecot: Dovecot, smtpPort: number): Promise<Product> {
  return Product.prepare({
    databaseUrl,
    dovecot,
    sink: { port: smtpPort } as never,
    extraYaml: 'limits: { automaticPerTenMinutes: 1000000 }',
    env: { LOG_LEVEL: 'warn' },
  });
}
