import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Module, Param, Patch, Post, Query } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { IsArray, IsEmail, IsInt, IsOptional, IsString, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import type { Request } from 'express';
import request from 'supertest';
import {
  Authenticator,
  checkVersion,
  Expected,
  NumericIdPipe,
  PageQuery,
  RouteAccess,
  setUpHttp,
  type ExpectedVersion,
  type Principal,
} from '../../../src/platform/http/index.js';
import { AppError, Clock, Database } from '../../../src/platform/index.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';

class Recipient {
  @IsEmail()
  address: string;
}

class ThingDto {
  @IsString()
  name: string;

  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Recipient)
  to?: Recipient[];

  @IsOptional()
  @IsInt()
  version?: number;
}

let made = 0;

@Controller('things')
class ThingsController {
  @Get()
  @RouteAccess('agent')
  list(@Query() query: PageQuery): unknown {
    return { limit: query.limit };
  }

  @Get('boom')
  @RouteAccess('public')
  boom(): unknown {
    throw new Error('the database password is hunter2');
  }

  @Get(':id')
  @RouteAccess('agent')
  detail(@Param('id', NumericIdPipe) id: string): unknown {
    return { id, version: 3 };
  }

  constructor(private readonly database: Database) {}

  @Post()
  @RouteAccess('agent')
  async create(@Body() body: ThingDto): Promise<unknown> {
    if (body.name === 'commit and crash') {
      await this.database.inTransaction((tx) => tx.query('select 1'));
      throw new Error('half way');
    }
    if (body.name === 'refuse') throw new AppError('conflict');
    if (body.name === 'crash') throw new Error('half way');
    made += 1;
    return { made, name: body.name };
  }

  @Patch(':id')
  @RouteAccess('admin')
  change(@Body() _body: ThingDto, @Expected() expected: ExpectedVersion): unknown {
    checkVersion(3, expected);
    return { version: 4 };
  }
}

@Controller('open')
class UnnamedController {
  @Get()
  list(): unknown {
    return {};
  }
}

class TestAuthenticator extends Authenticator {
  authenticate(incoming: Request): Promise<Principal | null> {
    const role = incoming.headers.authorization?.replace('Bearer ', '');
    if (role !== 'agent' && role !== 'supervisor' && role !== 'admin') return Promise.resolve(null);
    return Promise.resolve({ agentId: role, role });
  }
}

let fresh: FreshDatabase;
let app: NestExpressApplication;

async function build(
  controllers: (new (...args: never[]) => unknown)[],
): Promise<NestExpressApplication> {
  @Module({
    controllers,
    providers: [
      { provide: Authenticator, useClass: TestAuthenticator },
      { provide: Database, useValue: fresh.database },
      { provide: Clock, useValue: fresh.clock },
    ],
  })
  class TestModule {}
  const module = await Test.createTestingModule({ imports: [TestModule] }).compile();
  return module.createNestApplication<NestExpressApplication>({ bodyParser: false, logger: false });
}

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await build([ThingsController]);
  setUpHttp(app, {
    trustedProxies: [],
    requestBytes: 10_000,
    operationsToken: () => 'operations-token',
    secure: false,
  });
  await app.init();
});

afterAll(async () => {
  await app.close();
  await fresh.close();
});

const api = (): ReturnType<typeof request> => request(app.getHttpServer());
const post = (body: unknown): request.Test =>
  api()
    .post('/api/v1/things')
    .set('Authorization', 'Bearer agent')
    .send(body as object);

describe('errors are problem+json (RFC 9457)', () => {
  it('names every wrong field with its path, unknown ones included', async () => {
    const answer = await post({ to: [{ address: 'a@b.example' }, { address: 'x' }], colour: 1 });
    expect(answer.status).toBe(422);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({
      type: 'urn:helpdesk:problem:validation_failed',
      status: 422,
      code: 'validation_failed',
      detail: 'Há campos inválidos na requisição.',
      correlationId: answer.headers['x-correlation-id'],
    });
    const fields = (JSON.parse(answer.text) as { fields: { path: string; reason: string }[] })
      .fields;
    expect(fields.map((field) => field.path).sort()).toEqual(['colour', 'name', 'to[1].address']);
    expect(fields).toContainEqual({ path: 'colour', reason: 'is not a known field' });
  });

  it('speaks English where Accept-Language prefers it', async () => {
    const answer = await post({}).set('Accept-Language', 'en-GB,pt;q=0.5');
    expect(answer.body).toMatchObject({ detail: 'Validation failed' });
  });

  it.each([
    ['malformed JSON', '{"name": ', 'application/json', 400, 'malformed_body'],
    ['a bare string', '"x"', 'application/json', 400, 'malformed_body'],
    ['a form', 'name=x', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
    ['plain text', 'x', 'text/plain', 415, 'unsupported_media_type'],
    ['an array', '[]', 'application/json', 422, 'validation_failed'],
    ['no body', '', 'application/json', 422, 'validation_failed'],
    [
      'too much',
      JSON.stringify({ name: 'x'.repeat(20_000) }),
      'application/json',
      413,
      'body_too_large',
    ],
    ['NUL', '{"name":"a\\u0000b"}', 'application/json', 422, 'validation_failed'],
  ])('refuses %s', async (_what, body, type, status, code) => {
    const answer = await api()
      .post('/api/v1/things')
      .set('Authorization', 'Bearer agent')
      .set('Content-Type', type)
      .send(body);
    expect(answer.body).toMatchObject({ status, code });
    expect(answer.status).toBe(status);
  });

  it.each([
    ['/api/v1/things?limit=0', 422],
    ['/api/v1/things?limit=101', 422],
    ['/api/v1/things?limit=abc', 422],
    ['/api/v1/things?sort=x', 422],
    ['/api/v1/things/0012', 404],
    ['/api/v1/things/99999999999999999999', 404],
    ['/api/v1/things/%00', 404],
    ['/api/v1/things/%E0%A4%A', 400],
    ['/api/v1/nothing', 404],
    ['/nothing', 404],
  ])('%s → %i', async (path, status) => {
    const answer = await api().get(path).set('Authorization', 'Bearer agent');
    expect(answer.body).toMatchObject({ status });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  it('says nothing about the inside of an unexpected error', async () => {
    const answer = await api().get('/api/v1/things/boom');
    expect(answer.status).toBe(500);
    expect(answer.body).toMatchObject({ code: 'internal' });
    expect(answer.text).not.toContain('hunter2');
  });
});

describe('access', () => {
  it('asks for credentials, then for the role', async () => {
    const anonymous = await api().get('/api/v1/things');
    expect(anonymous.status).toBe(401);
    expect(anonymous.headers['www-authenticate']).toMatch(/^Bearer/);
    const change = api()
      .patch('/api/v1/things/1')
      .set('Authorization', 'Bearer supervisor')
      .send({ name: 'x' });
    expect((await change).status).toBe(403);
  });

  it('refuses to start with a route that does not say who may call it', async () => {
    const unsafe = await build([UnnamedController]);
    expect(() =>
      setUpHttp(unsafe, {
        trustedProxies: [],
        requestBytes: 1,
        operationsToken: () => undefined,
        secure: false,
      }),
    ).toThrow('UnnamedController.list');
    await unsafe.close();
  });

  it('keeps answers out of caches and gives versions an ETag', async () => {
    const answer = await api().get('/api/v1/things/7').set('Authorization', 'Bearer agent');
    expect(answer.body).toEqual({ id: '7', version: 3 });
    expect(answer.headers).toMatchObject({ etag: '"3"', 'cache-control': 'no-store' });
  });
});

describe('optimistic versions', () => {
  const change = (version?: number): request.Test =>
    api()
      .patch('/api/v1/things/1')
      .set('Authorization', 'Bearer admin')
      .send({ name: 'x', version });

  it('answers 409 to a stale version and 412 to a stale If-Match', async () => {
    expect((await change(2)).body).toMatchObject({ status: 409, code: 'stale_version' });
    expect((await change().set('If-Match', '"2"')).body).toMatchObject({
      status: 412,
      code: 'precondition_failed',
    });
    expect((await change().set('If-Match', 'nonsense')).status).toBe(412);
  });

  it('passes the present version, said either way', async () => {
    expect((await change(3)).status).toBe(200);
    expect((await change().set('If-Match', '"3"')).status).toBe(200);
    expect((await change().set('If-Match', '*')).status).toBe(200);
  });
});

describe('Idempotency-Key', () => {
  it('replays the first answer without running again', async () => {
    const first = await post({ name: 'one' }).set('Idempotency-Key', 'k1');
    const again = await post({ name: 'one' }).set('Idempotency-Key', 'k1');
    expect(again.status).toBe(first.status);
    expect(again.text).toBe(first.text);
    expect(again.headers['idempotency-replayed']).toBe('true');
  });

  it('answers 409 to another body', async () => {
    await post({ name: 'one' }).set('Idempotency-Key', 'k2');
    const other = await post({ name: 'two' }).set('Idempotency-Key', 'k2');
    expect(other.body).toMatchObject({ status: 409, code: 'idempotency_conflict' });
  });

  it('runs once for requests at the same time', async () => {
    const before = made;
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => post({ name: 'at once' }).set('Idempotency-Key', 'k3')),
    );
    expect(made).toBe(before + 1);
    for (const answer of answers) expect([201, 409]).toContain(answer.status);
  });

  it('frees the key where nothing was changed, whatever went wrong', async () => {
    expect((await post({ name: 'refuse' }).set('Idempotency-Key', 'k4')).status).toBe(409);
    expect((await post({ name: 'fine' }).set('Idempotency-Key', 'k4')).status).toBe(201);
    expect((await post({ name: 'crash' }).set('Idempotency-Key', 'k5')).status).toBe(500);
    expect((await post({ name: 'fine' }).set('Idempotency-Key', 'k5')).status).toBe(201);
  });

  it('keeps the key of a request that changed something and then failed: no second mail', async () => {
    expect((await post({ name: 'commit and crash' }).set('Idempotency-Key', 'k6')).status).toBe(
      500,
    );
    const again = await post({ name: 'commit and crash' }).set('Idempotency-Key', 'k6');
    expect(again.body).toMatchObject({ code: 'idempotency_conflict' });
    expect(again.text).toContain('a resposta se perdeu');
  });

  it('frees the key of a process that died before it changed anything, after five minutes', async () => {
    await fresh.database.inTransaction((tx) =>
      tx.execute(
        `insert into idempotency_keys (actor, key, route, request_sha256, created_at) values ('agent', 'k7', 'x', 'y', $1)`,
        [fresh.clock.now()],
      ),
    );
    expect((await post({ name: 'one' }).set('Idempotency-Key', 'k7')).status).toBe(409);
    fresh.clock.advanceMs(5 * 60_000 + 1);
    expect((await post({ name: 'one' }).set('Idempotency-Key', 'k7')).status).toBe(201);
  });

  it('refuses a key that is no key', async () => {
    expect((await post({ name: 'x' }).set('Idempotency-Key', 'a b')).status).toBe(422);
  });
});

describe('documents', () => {
  it('serves OpenAPI 3.1 made from the controllers', async () => {
    const answer = await api().get('/api/openapi.json');
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      openapi: '3.1.0',
      paths: { '/api/v1/things': { post: { 'x-access': 'agent' } } },
    });
  });

  it('shows the docs on the machine itself, elsewhere only with the token', async () => {
    expect((await api().get('/api/docs')).status).toBe(200);
    expect((await api().get('/api/docs').set('X-Forwarded-For', '203.0.113.7')).status).toBe(401);
    const withToken = api()
      .get('/api/docs')
      .set('X-Forwarded-For', '203.0.113.7')
      .set('Authorization', 'Bearer operations-token');
    expect((await withToken).status).toBe(200);
  });
});
