import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ERROR_CODES } from '../errors.js';
import type { Access } from './access.js';
import type { Route } from './routes.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** The OpenAPI 3.1 document, made from the controllers and completed by what holds for every route. */
export function openApiOf(app: INestApplication, routes: readonly Route[]): OpenAPIObject {
  const base = new DocumentBuilder()
    .setTitle('Helpdesk')
    .setDescription(
      'E-mail-to-ticket helpdesk. Errors are application/problem+json (RFC 9457); lists are { items, nextCursor }.',
    )
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    // Not addBearerAuth: it would call our opaque tokens JWTs.
    .addSecurity('bearer', { type: 'http', scheme: 'bearer' })
    .addCookieAuth('__Host-helpdesk', { type: 'apiKey', in: 'cookie' }, 'session')
    .build();
  const document = SwaggerModule.createDocument(app, base, {
    operationIdFactory: (controller, method) =>
      `${controller.replace(/Controller$/, '')}_${method}`,
  });
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: PROBLEM },
  };
  const accessOf = new Map(
    routes.map((route) => [
      `${route.method} ${route.path.replace(/:(\w+)/g, '{$1}')}`,
      route.access,
    ]),
  );
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation !== undefined)
        complete(operation, method, accessOf.get(`${method.toUpperCase()} ${path}`) ?? 'public');
    }
  }
  return document;
}

function complete(operation: Operation, method: string, access: Access): void {
  Object.assign(operation, { 'x-access': access });
  const byAgents = access === 'agent' || access === 'supervisor' || access === 'admin';
  if (byAgents) operation.security = [{ bearer: [] }, { session: [] }];
  if (byAgents && method !== 'get') {
    operation.parameters = [
      ...(operation.parameters ?? []),
      {
        name: 'Idempotency-Key',
        in: 'header',
        required: false,
        schema: { type: 'string', maxLength: 200 },
      },
    ];
  }
  operation.responses = {
    ...operation.responses,
    default: {
      description: 'Problem',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  };
}

const PROBLEM = {
  type: 'object' as const,
  required: ['type', 'title', 'status', 'detail', 'code', 'correlationId'],
  properties: {
    type: { type: 'string', example: 'urn:helpdesk:problem:validation_failed' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'pt-BR, or English by Accept-Language' },
    code: { type: 'string', enum: Object.keys(ERROR_CODES) },
    fields: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'reason'],
        properties: { path: { type: 'string' }, reason: { type: 'string' } },
      },
    },
    correlationId: { type: ['string', 'null'] as unknown as 'string' },
  },
};
