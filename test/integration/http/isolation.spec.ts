import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { createHash } from 'node:crypto';
import { CalendarConfig } from '../../../src/config/index.js';
import { resolveDefinition } from '../../../src/modules/business-calendar/index.js';
import { Database } from '../../../src/platform/index.js';
import { TEST_NOW } from '../../support/database.js';
import { httpApp, type HttpApp, type TestAgent } from '../../support/http-app.js';
import { sampleBody, type OpenApi, type Operation } from '../../support/openapi-samples.js';

/** Everything that only members of the finance queue may ever read; each stands in some row below. */
const SECRETS = [
  'SIGILO-ASSUNTO',
  'SIGILO-TEXTO',
  'SIGILO-NOTA',
  'SIGILO-ANEXO',
  'SIGILO-NOME',
  'sigilo@cliente.example',
  'sigilo-message-id',
  'SIGILO-ERRO',
];
const RAW = Buffer.from('Subject: SIGILO-ASSUNTO\r\n\r\nSIGILO-TEXTO\r\n');
const SHA256 = createHash('sha256').update(RAW).digest();

interface Finance {
  readonly protocol: string;
  readonly twin: string;
  readonly messageId: string;
  readonly attachmentId: string;
  readonly intakeId: string;
  readonly looseIntakeId: string;
  readonly outboxId: string;
  readonly requesterId: string;
}

let http: HttpApp;
let finance: Finance;
let member: TestAgent;
let outsiders: TestAgent[];
let document: OpenApi;

beforeAll(async () => {
  http = await httpApp();
  member = await http.agent({ email: 'fabio@empresa.example', queues: ['financeiro'] });
  outsiders = [
    await http.agent({ email: 'ana@empresa.example', queues: ['suporte'] }),
    await http.agent({ email: 'sonia@empresa.example', role: 'supervisor', queues: ['suporte'] }),
    await http.agent({ email: 'admin@empresa.example', role: 'admin' }),
  ];
  finance = await seed(http.database, member);
  document = (await http.api().get('/api/openapi.json')).body as OpenApi;
});

afterAll(() => http?.close());

/** One finance ticket with all that can hang on it, a public twin of it, and intake without a ticket. */
async function seed(database: Database, agent: TestAgent): Promise<Finance> {
  return database.inTransaction(async (tx) => {
    const one = async (sql: string, values: readonly unknown[]): Promise<string> =>
      String((await tx.query<{ id: unknown }>(`${sql} returning id`, values))[0]!.id);
    await tx.execute('insert into blobs (sha256, size_bytes, content) values ($1, $2, $3)', [
      SHA256,
      RAW.length,
      RAW,
    ]);
    const requester = '22222222-2222-4222-8222-222222222222';
    await tx.execute(
      `insert into requesters (id, name, created_at) values ($1, 'SIGILO-NOME', now())`,
      [requester],
    );
    await tx.execute(
      `insert into requester_addresses (address, requester_id, added_at) values ('sigilo@cliente.example', $1, now())`,
      [requester],
    );
    const ticket = (queue: string, subject: string, twinGroup: string | null): Promise<string> =>
      one(
        `insert into tickets (subject, channel, mailbox_key, queue_key, requester_id, requester_address, assignee_id,
                              reason_decided_by, reason_confidence, created_at, received_at, last_activity_at, due_at,
                              due_kind, breached, twin_group)
         values ($1, 'email', 'financeiro', $2, $3, 'sigilo@cliente.example', $4, 'mailbox', 1, now(), now(), now(),
                 now() - interval '1 hour', 'first_return', true, $5)`,
        [
          subject,
          queue,
          queue === 'financeiro' ? requester : null,
          queue === 'financeiro' ? agent.agentId : null,
          twinGroup,
        ],
      );
    const protocol = await ticket('financeiro', 'SIGILO-ASSUNTO', null);
    await tx.execute('update tickets set twin_group = id where id = $1', [protocol]);
    const twin = await ticket('suporte', 'Assunto público', protocol);
    await tx.execute(
      `update tickets set requester_address = 'publico@cliente.example' where id = $1`,
      [twin],
    );
    await tx.execute('update tickets set follow_up_of = $1 where id = $2', [protocol, twin]);
    await tx.execute(
      `insert into ticket_participants (ticket_id, address, name, role, added_by, added_at)
       values ($1, 'sigilo@cliente.example', 'SIGILO-NOME', 'requester', 'mail', now())`,
      [protocol],
    );
    const intake = (ticketId: string | null, uid: number): Promise<string> =>
      one(
        `insert into intake (mailbox_key, queue_key, folder, uidvalidity, uid, size_bytes, sha256, received_at, fetched_at,
                             state, disposition, message_id_header, from_address, subject, ticket_id, error)
         values ('financeiro', 'financeiro', 'INBOX', 1, $2, $3, $4, now(), now(), 'done', case when $1::bigint is null then 'ignored' else 'ticket_opened' end,
                 'sigilo-message-id@cliente.example', 'sigilo@cliente.example', 'SIGILO-ASSUNTO', $1, 'SIGILO-ERRO')`,
        [ticketId, uid, RAW.length, SHA256],
      );
    const intakeId = await intake(protocol, 1);
    const looseIntakeId = await intake(null, 2);
    const message = (
      kind: string,
      author: string,
      text: string,
      intakeRow: string | null,
    ): Promise<string> =>
      one(
        `insert into messages (ticket_id, kind, author_kind, author_name, author_address, subject, body_text, visible_text,
                               message_id_header, intake_id, waiting, created_at, received_at)
         values ($1, $2, $3, 'SIGILO-NOME', 'sigilo@cliente.example', 'SIGILO-ASSUNTO', $4, $4,
                 'sigilo-message-id@cliente.example', $5, $6, now(), now())`,
        [protocol, kind, author, text, intakeRow, kind === 'third_party' ? 'pending' : null],
      );
    await message('inbound', 'customer', 'SIGILO-TEXTO', null);
    await message('note', 'agent', 'SIGILO-NOTA', null);
    const messageId = await message('third_party', 'third_party', 'SIGILO-TEXTO', intakeId);
    const attachmentId = '33333333-3333-4333-8333-333333333333';
    await tx.execute(
      `insert into attachments (id, message_id, filename, media_type, size_bytes, sha256, created_at)
       values ($1, $2, 'SIGILO-ANEXO.pdf', 'application/pdf', $3, $4, now())`,
      [attachmentId, messageId, RAW.length, SHA256],
    );
    const outboxId = await one(
      `insert into outbox (mailbox_key, kind, automatic, ticket_id, message_id, from_address, envelope_from, recipients,
                           primary_recipient, subject, body_text, state, not_before, give_up_at, created_at)
       values ('financeiro', 'reply', false, $1, 'sigilo-message-id@empresa.example', 'financeiro@empresa.example',
               'financeiro@empresa.example',
               '[{"address":"sigilo@cliente.example","name":"SIGILO-NOME","role":"to","state":"failed"}]',
               'sigilo@cliente.example', 'SIGILO-ASSUNTO', 'SIGILO-TEXTO', 'failed', now(), now(), now())`,
      [protocol],
    );
    await tx.execute(
      `insert into feedback (ticket_id, score, comment, created_at, updated_at) values ($1, 1, 'SIGILO-TEXTO', now(), now())`,
      [protocol],
    );
    const calendar = await one(
      `insert into calendar_versions (name, version, sha256, definition, created_at) values ('x', 1, 'x', $1, now())`,
      [resolveDefinition(new CalendarConfig(), [])],
    );
    await tx.execute(
      `insert into clocks (ticket_id, kind, state, policy_key, policy, calendar_version_id, started_at, due_at, created_at)
       values ($1, 'first_return', 'running', 'default', '{"businessDays":3}', $2, $3, $3, now())`,
      [protocol, calendar, TEST_NOW],
    );
    return {
      protocol,
      twin,
      messageId,
      attachmentId,
      intakeId,
      looseIntakeId,
      outboxId,
      requesterId: requester,
    };
  });
}

/** The path with the finance queue's own ids in it; `loose`: of the intake row that has no ticket. */
function withFinanceIds(path: string, loose = false): string {
  const idOf = (): string => {
    if (path.includes('/attachments/')) return finance.attachmentId;
    if (path.includes('/intake/')) return loose ? finance.looseIntakeId : finance.intakeId;
    if (path.includes('/outbox/')) return finance.outboxId;
    if (path.includes('/requesters/')) return finance.requesterId;
    return finance.messageId;
  };
  return path
    .replace('{protocol}', finance.protocol)
    .replace('{id}', idOf)
    .replace('{token}', 'nonsense')
    .replace('{name}', 'default');
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

function routes(): { method: (typeof METHODS)[number]; path: string; operation: Operation }[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : [{ method, path, operation }];
    }),
  );
}

async function call(
  agent: TestAgent,
  method: (typeof METHODS)[number],
  path: string,
  body?: unknown,
): Promise<Response> {
  const request = http.api()[method](path).set('Authorization', `Bearer ${agent.token}`);
  return body === undefined ? request : request.send(body as object);
}

function leaks(answer: Response): string[] {
  const text = `${answer.text ?? ''} ${Buffer.isBuffer(answer.body) ? answer.body.toString() : ''} ${JSON.stringify(answer.headers)}`;
  return [...SECRETS, finance.protocol, SHA256.toString('hex')].filter((secret) =>
    text.includes(secret),
  );
}

/** Reads that carry filters which would find finance rows, were they not filtered out. */
const LIST_QUERIES = [
  '',
  '?queue=financeiro',
  '?mailbox=financeiro',
  '?requester=sigilo@cliente.example',
  '?overdue=true',
  '?groupBy=queue',
  '?groupBy=agent',
  '?groupBy=queue&format=csv',
];

describe('D20: every route of the OpenAPI document, by people who are no members of the private queue', () => {
  it('has routes to walk', () => {
    expect(routes().length).toBeGreaterThan(30);
  });

  it('answers 404 by number and shows nothing of the queue in any body', async () => {
    const wrong: string[] = [];
    for (const agent of outsiders) {
      for (const { method, path, operation } of routes()) {
        if (path.endsWith('/break-glass') && agent.role === 'admin') continue; // its own test below
        if (path.endsWith('/session')) continue;
        const body = method === 'get' ? undefined : sampleBody(document, operation, { ...finance });
        const about = path.includes('{') && !path.includes('{token}') && !path.includes('{name}');
        const targets = about
          ? [withFinanceIds(path), withFinanceIds(path, true)]
          : method === 'get'
            ? LIST_QUERIES.map((query) => withFinanceIds(path) + query)
            : [withFinanceIds(path)];
        for (const target of new Set(targets)) {
          const answer = await call(agent, method, target, body);
          const found = leaks(answer);
          const label = `${agent.role}: ${method.toUpperCase()} ${target} → ${answer.status}`;
          if (found.length > 0) wrong.push(`${label} leaks ${found.join(', ')}`);
          const forbidden = operation['x-access'] !== 'agent' && answer.status === 403;
          if (about && !path.includes('/portal/') && answer.status !== 404 && !forbidden) {
            wrong.push(`${label} instead of 404: ${answer.text.slice(0, 200)}`);
          }
          if (answer.status >= 500) wrong.push(`${label} failed`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('left the finance ticket as it was', async () => {
    const [ticket] = await http.database.query(
      'select queue_key, status, version, assignee_id, lane from tickets where id = $1',
      [finance.protocol],
    );
    expect(ticket).toEqual({
      queue_key: 'financeiro',
      status: 'open',
      version: 1,
      assignee_id: member.agentId,
      lane: 'inbox',
    });
    const [counts] = await http.database.query(
      `select (select count(*)::int from messages where ticket_id = $1) as messages,
              (select count(*)::int from outbox where ticket_id = $1) as outbox,
              (select state from outbox where ticket_id = $1) as state`,
      [finance.protocol],
    );
    expect(counts).toEqual({ messages: 3, outbox: 1, state: 'failed' });
  });

  it('is no empty test: the member reads all of it by the same paths', async () => {
    const missing: string[] = [];
    for (const { method, path, operation } of routes()) {
      if (
        method !== 'get' ||
        !path.includes('{') ||
        path.includes('/portal/') ||
        operation['x-access'] !== 'agent'
      )
        continue;
      const answer = await call(member, method, withFinanceIds(path));
      if (answer.status !== 200)
        missing.push(`${path} → ${answer.status} ${answer.text.slice(0, 200)}`);
    }
    expect(missing).toEqual([]);
    const list = await call(member, 'get', '/api/v1/tickets?queue=financeiro');
    expect(list.text).toContain('SIGILO-ASSUNTO');
  });

  it('reports count it for its members and, without words, for admins; others do not even find its name', async () => {
    const reports = routes().filter(({ path }) => path.startsWith('/api/v1/reports/'));
    expect(reports.length).toBeGreaterThan(7);
    const naming: string[] = [];
    for (const agent of outsiders.filter(({ role }) => role !== 'admin')) {
      for (const { path } of reports) {
        for (const query of [
          '',
          '?groupBy=queue',
          '?groupBy=reason',
          '?groupBy=agent',
          '?format=csv',
        ]) {
          const { text } = await call(agent, 'get', path + query);
          if (/financeiro|Fabio|fabio/.test(text)) naming.push(`${agent.role}: ${path}${query}`);
        }
      }
    }
    expect(naming).toEqual([]);
    for (const agent of [member, outsiders[2]!]) {
      const { text } = await call(agent, 'get', '/api/v1/reports/compliance?groupBy=queue');
      expect(text).toContain('financeiro');
    }
  });

  it('a link from a public twin reads “chamado em fila restrita” to outsiders, the number to members', async () => {
    const outside = await call(outsiders[0]!, 'get', `/api/v1/tickets/${finance.twin}`);
    expect(outside.status).toBe(200);
    expect(outside.text).not.toContain(finance.protocol);
    expect(outside.text).toContain('fila restrita');
    const inside = await call(member, 'get', `/api/v1/tickets/${finance.twin}`);
    expect(inside.text).toContain(finance.protocol);
  });

  it('breaking the glass opens one ticket to the admin, and the history of the ticket says so', async () => {
    const admin = outsiders[2]!;
    const path = `/api/v1/tickets/${finance.protocol}`;
    expect((await call(admin, 'get', path)).status).toBe(404);
    const reason = 'Pedido da auditoria de novembro';
    expect((await call(admin, 'post', `${path}/break-glass`, { reason })).status).toBe(201);
    expect((await call(admin, 'get', path)).text).toContain('SIGILO-ASSUNTO');
    expect((await call(admin, 'get', '/api/v1/tickets?queue=financeiro')).text).not.toContain(
      'SIGILO-ASSUNTO',
    );
    await http.drain();
    expect((await call(member, 'get', `${path}/history`)).text).toContain(reason);
    http.clock.advanceMs(3_600_000);
    expect((await call(admin, 'get', path)).status).toBe(404);
  });
});
