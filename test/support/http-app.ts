import type { NestExpressApplication } from '@nestjs/platform-express';
import { NestFactory } from '@nestjs/core';
import request from 'supertest';
import { AppModule } from '../../src/app.module.js';
import {
  ConfigModule,
  CurrentConfig,
  parseConfig,
  type LoadedConfig,
} from '../../src/config/index.js';
import { setUpHttp } from '../../src/platform/http/index.js';
import { Database, EventDispatcher, FixedClock } from '../../src/platform/index.js';
import { Agents, type Actor, type AgentRole } from '../../src/modules/agents/index.js';
import { Queues } from '../../src/modules/queues/index.js';
import { registerSecret } from './kept-output.js';
import { watchSecrets } from './watched-answers.js';
import { freshDatabase, TEST_NOW, type FreshDatabase } from './database.js';

/** What `${…}` in configurations of specs stands for. */
/** Variables of the environment that a spec's configuration may name. */
export const TEST_SECRETS = {
  IMAP_PASSWORD: 'segredo-imap',
  SMTP_PASSWORD: 'segredo-smtp',
  WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 'segredo-novo').toString('base64')}`,
  WEBHOOK_SECRET_BEFORE: `whsec_${Buffer.alloc(32, 'segredo-velho').toString('base64')}`,
  METRICS_TOKEN: 'segredo-de-quem-opera',
};

/** Two mailboxes that nobody connects to: these specs do not run background work. */
export const TEST_CONFIG = `
company:
  name: Empresa Teste
  domains: [empresa.example]
http:
  publicUrl: http://127.0.0.1:3000
  cookies: { secure: false }
mailboxes:
  suporte:
    address: suporte@empresa.example
    queue: suporte
    imap: { host: 127.0.0.1, port: 1, tls: none, user: suporte, password: '\${IMAP_PASSWORD}' }
    smtp: { host: 127.0.0.1, port: 1, tls: none, user: suporte, password: '\${SMTP_PASSWORD}' }
  financeiro:
    address: financeiro@empresa.example
    queue: financeiro
    fixedReason: financeiro
    imap: { host: 127.0.0.1, port: 1, tls: none, user: financeiro, password: '\${IMAP_PASSWORD}' }
    smtp: { host: 127.0.0.1, port: 1, tls: none, user: financeiro, password: '\${SMTP_PASSWORD}' }
`;

export interface HttpApp {
  readonly app: NestExpressApplication;
  readonly fresh: FreshDatabase;
  readonly database: Database;
  readonly clock: FixedClock;
  /** supertest on the application. */
  api(): ReturnType<typeof request>;
  /** An agent with a bearer token. */
  agent(input: {
    email: string;
    role?: AgentRole;
    queues?: readonly string[];
    password?: string;
  }): Promise<TestAgent>;
  /** Delivers the events published so far, as a worker would. */
  drain(): Promise<number>;
  close(): Promise<void>;
}

export interface TestAgent extends Actor {
  readonly token: string;
}

/** The whole application on a database of its own, answering HTTP, without background work. */
export async function httpApp(yaml = TEST_CONFIG): Promise<HttpApp> {
  const fresh = await freshDatabase();
  try {
    return await on(fresh, yaml);
  } catch (error) {
    await fresh.close();
    throw error;
  }
}

/** A further process on the same database; its `close` leaves the database to whoever made it. */
export function anotherApp(first: HttpApp, yaml = TEST_CONFIG): Promise<HttpApp> {
  return on({ ...first.fresh, close: () => Promise.resolve() }, yaml);
}

async function on(fresh: FreshDatabase, yaml: string): Promise<HttpApp> {
  const clock = new FixedClock(TEST_NOW);
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.forRoot({
      databaseUrl: fresh.url,
      clock,
      poolSize: 4,
      configuration: ConfigModule.forRoot({
        env: TEST_SECRETS,
        configFile: 'none.yaml',
        apply: parsed(yaml),
      }),
    }),
    { bodyParser: false, logger: false, abortOnError: false, forceCloseConnections: true },
  );
  app.use(watchSecrets);
  const config = app.get(CurrentConfig, { strict: false });
  setUpHttp(app, {
    trustedProxies: config.get().http.trustedProxies,
    requestBytes: config.get().limits.requestBytes,
    operationsToken: () => config.get().http.metricsToken,
    secure: config.get().http.publicUrl.startsWith('https:'),
  });
  await app.init();
  const database = app.get(Database, { strict: false });
  await registerKeys(database);
  return {
    app,
    fresh,
    database,
    clock,
    api: () => request(app.getHttpServer()),
    agent: (input) => makeAgent(app, input),
    drain: () => app.get(EventDispatcher, { strict: false }).drain(),
    close: async () => {
      await app.close();
      await fresh.close();
    },
  };
}

/** The key that signs links was made when the application started. */
async function registerKeys(database: Database): Promise<void> {
  const keys = await database.query<{ secret: Buffer }>('select secret from generated_keys');
  for (const { secret } of keys)
    for (const form of ['hex', 'base64', 'base64url'] as const)
      registerSecret('HMAC key', secret.toString(form));
}

function parsed(yaml: string): LoadedConfig {
  const result = parseConfig(yaml, { env: TEST_SECRETS, baseDirectory: '.' });
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result;
}

async function makeAgent(
  app: NestExpressApplication,
  input: { email: string; role?: AgentRole; queues?: readonly string[]; password?: string },
): Promise<TestAgent> {
  const agents = app.get(Agents, { strict: false });
  const passwordHash = input.password === undefined ? null : await agents.hash(input.password);
  const actor = await app.get(Database, { strict: false }).inTransaction(async (tx) => {
    const made = await agents.create(tx, {
      email: input.email,
      name: `Atendente ${input.email.split('@')[0]}`,
      role: input.role ?? 'agent',
      passwordHash,
    });
    await app
      .get(Queues, { strict: false })
      .join(tx, made.agentId, input.queues ?? [], input.role === 'supervisor');
    return made;
  });
  const { token } = await agents.createToken(actor.agentId, 'test');
  return { ...actor, token };
}
