import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DOVECOT_PASSWORD, type Dovecot } from './dovecot.js';
import { eventually } from './eventually.js';
import { freePort } from './ports.js';
import { childrenOf } from './processes.js';
import { keepOutput, registerSecret } from './kept-output.js';
import type { SmtpSink } from './smtp-sink.js';

/** The checkout, found from the sources and from the build alike. */
export const CHECKOUT = (() => {
  let folder = import.meta.dirname;
  while (!readdirSync(folder).includes('package.json')) folder = path.dirname(folder);
  return folder;
})();

export interface ProductOptions {
  readonly databaseUrl: string;
  readonly dovecot: Dovecot;
  readonly sink: SmtpSink;
  /** Further YAML at top level, for example `limits:` or `automation:`. */
  readonly extraYaml?: string;
  /** Lines (without indentation) added to `company`. */
  readonly companyYaml?: string;
  /** Lines (without indentation) added to every mailbox. */
  readonly mailboxYaml?: string;
  /** Mailboxes beside suporte@ and financeiro@ of the same domain: their lines, without indentation, queue included. */
  readonly mailboxes?: Readonly<Record<string, string>>;
  readonly env?: Record<string, string>;
}

/** The product as its operator runs it: `npm start`'s program, its own configuration file, its own data folder. */
export class Product {
  private child: ChildProcess | null = null;
  readonly log: string[] = [];
  readonly url: string;

  private constructor(
    private readonly options: ProductOptions,
    readonly directory: string,
    readonly port: number,
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Writes the configuration for suporte@hd.test and financeiro@hd.test and starts the product. */
  static async start(options: ProductOptions): Promise<Product> {
    const product = await Product.prepare(options);
    await product.boot();
    return product;
  }

  static async prepare(options: ProductOptions): Promise<Product> {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'hdprod-'));
    mkdirSync(path.join(directory, 'data'), { mode: 0o700 });
    const product = new Product(options, directory, await freePort());
    writeFileSync(path.join(directory, 'helpdesk.yaml'), configuration(product, options));
    return product;
  }

  /** Starts the processes and waits until they are ready. */
  async boot(): Promise<void> {
    const child = spawn(process.execPath, [path.join(CHECKOUT, 'dist/src/launcher/start.js')], {
      cwd: CHECKOUT,
      env: this.env(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        this.log.push(text);
        keepOutput('product', text);
      });
    }
    const ready = await eventually(
      'the product is ready',
      async () => {
        if (child.exitCode !== null) return 'ended';
        return (await fetch(`${this.url}/health/ready`).catch(() => null))?.ok;
      },
      60_000,
    ).catch((error: unknown) => error);
    if (ready === true) return;
    await this.killAll();
    throw new Error(`The product did not start:\n${this.log.join('').slice(-4000)}`);
  }

  /** The processes of the product that are Node: the supervisor first, then what it started. */
  nodePids(): number[] {
    const root = this.child?.pid;
    if (root === undefined) return [];
    return [root, ...descendantsOf(root)].filter(
      (pid) => nameOf(pid).startsWith('node') || nameOf(pid) === 'MainThread',
    );
  }

  /** Kills every process of the product at once, as a power cut would. */
  async killAll(): Promise<void> {
    const child = this.child;
    this.child = null;
    if (child?.pid === undefined || child.exitCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    // The supervisor first, so that it restarts nothing.
    const pids = [child.pid, ...descendantsOf(child.pid)];
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself in between.
      }
    }
    await ended;
  }

  /** SIGTERM, as an operator stops it; returns the exit code. */
  async stop(): Promise<number | null> {
    const child = this.child;
    this.child = null;
    if (child === null || child.exitCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) =>
      child.once('exit', (code) => resolve(code)),
    );
    child.kill('SIGTERM');
    return ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Runs the operator's tool and returns its standard output; throws with all its output where it fails. */
  helpdesk(args: readonly string[], input = ''): string {
    const run = spawnSync(
      process.execPath,
      [path.join(CHECKOUT, 'dist/src/cli/main.js'), ...args],
      {
        cwd: CHECKOUT,
        env: this.env(),
        input,
        encoding: 'utf8',
      },
    );
    keepOutput('helpdesk', run.stderr);
    if (run.status !== 0) {
      throw new Error(
        `helpdesk ${args.join(' ')} ended with ${run.status}:\n${run.stdout}${run.stderr}`,
      );
    }
    return run.stdout;
  }

  /** Runs the operator's tool and ends it as soon as it has printed `line`; the exit code, null where the signal killed it. */
  async endedAt(
    line: string,
    args: readonly string[],
    signal: 'SIGINT' | 'SIGKILL',
  ): Promise<number | null> {
    const child = spawn(process.execPath, [path.join(CHECKOUT, 'dist/src/cli/main.js'), ...args], {
      cwd: CHECKOUT,
      env: this.env(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.includes(line)) child.kill(signal);
      });
    }
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    if (!said.includes(line)) throw new Error(`${args.join(' ')} never said "${line}":\n${said}`);
    return code;
  }

  /** A new agent with a bearer token, made by the operator's tool. */
  agent(email: string, queues: readonly string[], role = 'agent'): Api {
    this.helpdesk(
      [
        'agent',
        'create',
        '--email',
        email,
        '--name',
        email.split('@')[0]!,
        '--role',
        role,
        ...queues.flatMap((queue) => ['--queue', queue]),
        '--password-stdin',
      ],
      'uma senha bem comprida\n',
    );
    const token = JSON.parse(this.helpdesk(['token', 'create', '--agent', email, '--json'])) as {
      token: string;
    };
    registerSecret('bearer token', token.token);
    return new Api(this.url, token.token);
  }

  private env(): NodeJS.ProcessEnv {
    return {
      PATH: process.env['PATH'],
      HOME: this.directory,
      HELPDESK_CONFIG: path.join(this.directory, 'helpdesk.yaml'),
      HELPDESK_DATA: path.join(this.directory, 'data'),
      DATABASE_URL: this.options.databaseUrl,
      PORT: String(this.port),
      MAIL_PASSWORD: DOVECOT_PASSWORD,
      // Everything that could be logged is, so that it can be searched for secrets.
      ...(process.env['HELPDESK_TEST_OUTPUT'] === undefined ? {} : { LOG_LEVEL: 'debug' }),
      ...this.options.env,
    };
  }
}

/** What the API answers, taken apart by the specs as they need it. */
// oxlint-disable-next-line typescript/no-explicit-any -- specs read the JSON as any client would: without our types
export type Answer = any;

/** The REST API with one agent's token. */
export class Api {
  constructor(
    private readonly url: string,
    readonly token: string,
  ) {}

  async call(
    method: string,
    route: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: Answer }> {
    const response = await fetch(`${this.url}/api/v1${route}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (response.status >= 400) keepOutput('errors', `${text}\n`);
    return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
  }

  /** GET that must succeed. */
  async get(route: string): Promise<Answer> {
    const { status, body } = await this.call('GET', route);
    if (status !== 200) throw new Error(`GET ${route}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  /** The ticket, once it has this status. */
  ticketIs(protocol: string, status: string): Promise<Answer> {
    return eventually(`ticket is ${status}`, async () => {
      const ticket = await this.get(`/tickets/${protocol}`);
      return ticket.status === status ? ticket : false;
    });
  }

  /** POST that must succeed. */
  async post(route: string, body: unknown): Promise<Answer> {
    const answer = await this.call('POST', route, body);
    if (answer.status >= 300)
      throw new Error(`POST ${route}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}

function configuration(
  product: Product,
  { dovecot, sink, companyYaml, extraYaml, mailboxYaml, mailboxes = {} }: ProductOptions,
): string {
  const mailbox = (key: string, more: string): string => `  ${key}:
    address: ${key}@hd.test
    startFrom: '2000-01-01'
    imap: { host: 127.0.0.1, port: ${dovecot.imapPort}, tls: none, user: ${key}@hd.test, password: '\${MAIL_PASSWORD}' }
    smtp: { host: 127.0.0.1, port: ${sink.port}, tls: none }
${`${more}\n${mailboxYaml ?? ''}`
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => `    ${line}\n`)
  .join('')}`;
  return `company:
  name: Empresa de Teste
  domains: [hd.test]
${(companyYaml ?? '')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => `  ${line}\n`)
  .join('')}http:
  publicUrl: ${product.url}
  cookies: { secure: false }
queues:
  suporte: { name: Suporte }
  financeiro: { name: Financeiro, private: true }
  produto: { name: Produto }
  analistas: { name: Analistas }
mailboxes:
${Object.entries({
  suporte: 'queue: suporte',
  financeiro: 'queue: financeiro\nfixedReason: financeiro',
  ...mailboxes,
})
  .map(([key, more]) => mailbox(key, more))
  .join('')}
${extraYaml ?? ''}
`;
}

function descendantsOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}
