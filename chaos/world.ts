import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { DOVECOT_PASSWORD } from '../test/support/dovecot.js';
import { eventually } from '../test/support/eventually.js';
import { pause } from './pause.js';
import { messageOf } from '../src/platform/errors.js';
import { Api } from '../test/support/product.js';
import { count, GUARDS } from './guards.js';
import type { Lab } from './lab.js';
import { SHORT_TIMERS, type Patch } from './patches.js';
import type { Random } from './random.js';
import { Worker } from './worker.js';

export interface WorldSettings {
  readonly workers?: number;
  readonly after?: 'keep' | 'seen' | 'move';
  /** Mail leaves over STARTTLS. */
  readonly smtpTls?: boolean;
  /** suporte@ is read with tokens (OAuth2) instead of a password. */
  readonly oauth2?: boolean;
  /** Production timers instead of the laboratory's. */
  readonly realTimers?: boolean;
  /** Further lines of every mailbox, and of the configuration. */
  readonly mailbox?: string;
  readonly extra?: string;
  /** Changes that make the product a broken one (self-test), or make a message deadly. */
  readonly patches?: readonly Patch[];
}

/** A mail that a customer sent, as the laboratory knows it. */
export interface Sent {
  readonly messageId: string;
  readonly mailbox: string;
  readonly customer: string;
  /** Somebody else took it off the server before it can be told whether we had it. */
  mayVanish: boolean;
}

export interface Reply {
  readonly protocol: string;
  readonly mark: string;
}

/**
 * One scenario's product and its customers: a database and mailboxes of its own on the shared servers. It remembers what
 * customers sent and agents answered; the invariants compare.
 */
export class World {
  readonly sent: Sent[] = [];
  readonly replies: Reply[] = [];
  readonly workers: Worker[] = [];
  /** Faults injected so far, by kind. */
  readonly faults: Record<string, number> = {};
  /** What was measured on the way, in seconds, by what it is. */
  readonly measured: Record<string, number> = {};
  /** Messages that are meant to end in quarantine. */
  readonly deadly = new Set<string>();
  db!: Client;
  private readonly cleanUps: (() => Promise<void>)[] = [];
  private offsetMs = 0;
  private api: { token: string } | null = null;
  private serial = 0;
  /** Index of the first mail of the sink that is ours. */
  readonly firstMail: number;

  private constructor(
    readonly lab: Lab,
    readonly random: Random,
    readonly name: string,
    readonly url: string,
    readonly directory: string,
    readonly settings: WorldSettings,
  ) {
    this.firstMail = lab.sink.mails.length;
  }

  static async open(lab: Lab, random: Random, settings: WorldSettings = {}): Promise<World> {
    const { name, url } = await lab.database();
    const world = new World(lab, random, name, url, lab.folder(name), settings);
    for (const mailbox of world.mailboxes) lab.dovecot.addUser(world.address(mailbox));
    writeFileSync(path.join(world.directory, 'helpdesk.yaml'), world.configuration());
    await lab.tool(['config', 'apply'], world.env());
    await world.reconnect();
    await world.db.query(GUARDS);
    for (let index = 0; index < (settings.workers ?? 1); index += 1) world.addWorker();
    return world;
  }

  readonly mailboxes = ['suporte', 'financeiro'] as const;

  address(mailbox: string): string {
    return `${mailbox}.${this.name}@hd.test`;
  }

  get first(): Worker {
    return this.workers[0]!;
  }

  addWorker(): Worker {
    const worker = new Worker({
      name: `worker${this.workers.length + 1}`,
      role: 'all',
      env: this.env(),
      directory: this.directory,
      patches: [
        ...(this.settings.realTimers ? [] : SHORT_TIMERS),
        ...(this.settings.patches ?? []),
      ],
    });
    this.workers.push(worker);
    return worker;
  }

  async bootAll(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.boot()));
  }

  fault(kind: string, times = 1): void {
    this.faults[kind] = (this.faults[kind] ?? 0) + times;
  }

  /** A customer writes; every third one to finance. */
  async mail(
    options: { large?: boolean; bytes?: number; deadly?: boolean; to?: string } = {},
  ): Promise<Sent> {
    this.serial += 1;
    const mailbox = options.to ?? (this.serial % 3 === 0 ? 'financeiro' : 'suporte');
    const customer = `cliente${this.serial}.${this.name}@cliente.test`;
    const messageId = `pedido-${this.serial}.${this.name}@cliente.test`;
    const body = options.large
      ? 'x'.repeat(78).concat('\r\n').repeat(6_000)
      : this.random.text(options.bytes ?? 0);
    const sent: Sent = { messageId, mailbox, customer, mayVanish: false };
    if (options.deadly === true) this.deadly.add(messageId);
    await this.lab.dovecot.deliver(
      this.address(mailbox),
      [
        `From: Cliente ${this.serial} <${customer}>`,
        `To: ${this.address(mailbox)}`,
        `Subject: Pedido ${this.serial}`,
        `Message-ID: <${messageId}>`,
        ...(options.deadly === true ? ['X-Laboratory: deadly'] : []),
        '',
        `Preciso de ajuda com o pedido ${this.serial} de ${this.name}.`,
        body,
        '',
      ].join('\r\n'),
      customer,
    );
    this.sent.push(sent);
    return sent;
  }

  async mails(number: number): Promise<void> {
    for (let index = 0; index < number; index += 1) await this.mail();
  }

  /** An agent answers a ticket through whichever process runs; false where none took the answer. */
  async reply(timeoutMs = 30_000, cc: readonly string[] = []): Promise<boolean> {
    const api = await this.agent();
    const taken = new Set(this.replies.map(({ protocol }) => protocol));
    const { rows } = await this.db.query<{ id: string }>(
      `select id from tickets where lane is null or lane <> 'spam' order by id`,
    );
    const free = rows.filter(({ id }) => !taken.has(id));
    if (free.length === 0) return false;
    const protocol = this.random.pick(free).id;
    const mark = `resposta-${protocol}.${this.name}`;
    // The same key for every attempt: a lost answer of the API is asked for again, as a good client does.
    const written = await eventually(
      'an agent’s answer is taken',
      async () => {
        const worker = this.workers.find((one) => one.running);
        if (worker === undefined) return false;
        const answer = await new Api(worker.url, api.token)
          .call(
            'POST',
            `/tickets/${protocol}/replies`,
            { text: `Segue a resposta. ${mark}`, cc: cc.map((address) => ({ address, name: '' })) },
            { 'idempotency-key': mark },
          )
          .catch(() => ({ status: 0, body: null }));
        if (answer.status >= 400 && answer.status < 500 && answer.status !== 409)
          throw new Error(`reply refused: ${JSON.stringify(answer.body)}`);
        return answer.status >= 200 && answer.status < 300;
      },
      timeoutMs,
    );
    if (written) this.replies.push({ protocol, mark });
    return written;
  }

  /** Moves the product's clock: what is due by then becomes due now. */
  advance(ms: number): void {
    this.offsetMs += ms;
    writeFileSync(path.join(this.directory, 'clock'), String(this.offsetMs));
  }

  /**
   * Everything that can come to rest has: all mail decided, all events handled, nothing due unsent. Throws after `timeoutMs`,
   * or when nothing has moved for `stillMs`.
   */
  async settle(timeoutMs = 60_000, stillMs = Infinity): Promise<void> {
    const begun = performance.now();
    let before = '';
    let movedAt = begun;
    for (;;) {
      const state = await this.unrest().catch((error: unknown) => ({ error: messageOf(error) }));
      if ('open' in state && state.missing + state.open + state.queued === 0) return;
      const now = performance.now();
      const seen = JSON.stringify(state);
      if (seen !== before) movedAt = now;
      before = seen;
      if (now - begun > timeoutMs || now - movedAt > stillMs)
        throw new Error(`after ${Math.round((now - begun) / 1000)} s: ${seen}`);
      await pause(25);
    }
  }

  /** Every mail that was sent has been decided. */
  async allDone(): Promise<void> {
    await eventually(
      'what was sent is done',
      async () =>
        (await count(this.db, `select count(*) from intake where state = 'done'`)) >=
        this.sent.length,
      30_000,
    );
  }

  /** What has not come to rest yet; what waits for a later try gets its later. */
  private async unrest(): Promise<{ missing: number; open: number; queued: number }> {
    for (const worker of this.workers) if (!worker.running) await worker.start();
    const wanted = this.sent
      .filter(({ mayVanish }) => !mayVanish)
      .map(({ messageId }) => messageId);
    const done = await count(
      this.db,
      `select count(distinct message_id_header) from intake where state <> 'stored' and message_id_header = any($1)`,
      [wanted],
    );
    const quarantined = await count(
      this.db,
      `select count(*) from intake where state = 'quarantined'`,
    );
    const missing = Math.max(0, wanted.length - done - Math.min(quarantined, this.deadly.size));
    const open = await count(
      this.db,
      `select (select count(*) from intake where state = 'stored')
            + (select count(*) from outbox where state = 'sending')
            + (select count(*) from events where handled_at is null) as count`,
    );
    const queued = await count(this.db, `select count(*) from outbox where state = 'queued'`);
    if (missing + open === 0 && queued > 0) this.advance(30_000);
    return { missing, open, queued };
  }

  /** Our own eyes on the database, past the proxy; again after the server was started anew. */
  async reconnect(): Promise<void> {
    await this.db?.end().catch(() => undefined);
    this.db = new Client({ connectionString: this.lab.direct(this.name) });
    this.db.on('error', () => undefined);
    await this.db.connect();
  }

  async close(): Promise<void> {
    for (const line of Object.values(this.lab.lines)) line.pass();
    this.lab.sink.script = {};
    for (const worker of this.workers) await worker.kill();
    await this.db?.end().catch(() => undefined);
    await this.lab.drop(this.name);
    for (const cleanUp of this.cleanUps) await cleanUp();
  }

  /** What is to be done once the world is closed. */
  afterwards(cleanUp: () => Promise<void>): void {
    this.cleanUps.push(cleanUp);
  }

  /** Copies the processes' logs to where they outlive the laboratory; returns the folder. */
  keepLogs(): string {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'helpdesk-chaos-logs-'));
    for (const { logFile } of this.workers)
      copyFileSync(logFile, path.join(folder, path.basename(logFile)));
    return folder;
  }

  env(): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: this.directory,
      HELPDESK_CONFIG: path.join(this.directory, 'helpdesk.yaml'),
      HELPDESK_DATA: path.join(this.directory, 'data'),
      DATABASE_URL: this.url,
      MAIL_PASSWORD: DOVECOT_PASSWORD,
      LOG_LEVEL: 'warn',
    };
  }

  private async agent(): Promise<{ token: string }> {
    if (this.api !== null) return this.api;
    const env = this.env();
    await this.lab.tool(
      [
        'agent',
        'create',
        '--email',
        'ana@hd.test',
        '--name',
        'Ana',
        '--role',
        'agent',
        '--queue',
        'suporte',
        '--queue',
        'financeiro',
        '--password-stdin',
      ],
      env,
      'uma senha bem comprida\n',
    );
    this.api = JSON.parse(
      await this.lab.tool(['token', 'create', '--agent', 'ana@hd.test', '--json'], env),
    ) as { token: string };
    return this.api;
  }

  private configuration(): string {
    const after = this.settings.after ?? 'keep';
    const mailbox = (key: string): string => `  ${key}:
    address: ${this.address(key)}
    queue: ${key}
    startFrom: '2000-01-01'
    after: ${after}
${after === 'move' ? '    moveTo: Processados\n' : ''}${this.settings.mailbox === undefined ? '' : `    ${this.settings.mailbox}\n`}    imap: { host: 127.0.0.1, port: ${this.lab.lines.imap.port}, tls: none, user: ${this.address(key)}, ${this.credentials(key)} }
    smtp: ${this.smtp()}
`;
    return `company: { name: Laboratório, domains: [hd.test] }
http: { publicUrl: 'http://127.0.0.1:1', cookies: { secure: false } }
queues:
  suporte: { name: Suporte }
  financeiro: { name: Financeiro, private: true }
limits: { automaticPerTenMinutes: 1000000 }
${this.settings.extra ?? ''}
security: { masterKeys: [{ id: laboratorio, secret: '${'laboratorio'.repeat(3)}' }] }
mailboxes:
${this.mailboxes.map(mailbox).join('')}`;
  }

  private credentials(key: string): string {
    if (this.settings.oauth2 !== true || key !== 'suporte') return "password: '${MAIL_PASSWORD}'";
    this.lab.tokens.user = this.address(key);
    return `oauth2: { provider: custom, flow: client_credentials, clientId: helpdesk, clientSecret: s3cret, scopes: [mail], tokenEndpoint: '${this.lab.tokens.url}/token' }`;
  }

  private smtp(): string {
    const { port } = this.lab.lines.smtp;
    if (this.settings.smtpTls !== true) return `{ host: 127.0.0.1, port: ${port}, tls: none }`;
    const ca = JSON.stringify(this.lab.certificates.ca);
    return `{ host: localhost, port: ${port}, tls: starttls, ca: ${ca} }`;
  }
}
