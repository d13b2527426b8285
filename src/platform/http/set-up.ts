import type { NestExpressApplication } from '@nestjs/platform-express';
import { Reflector } from '@nestjs/core';
import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import express, { type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import type { Server } from 'node:http';
import { Clock } from '../clock.js';
import { Database } from '../database/database.js';
import { AccessGuard, allowOperations } from './access.guard.js';
import { AnswerInterceptor } from './answer.interceptor.js';
import { fewHeadersOnly, limitConnections } from './connection-limits.js';
import { correlate } from './correlation.js';
import { IdempotencyInterceptor } from './idempotency/idempotency.interceptor.js';
import { IdempotencyKeys } from './idempotency/idempotency-keys.js';
import { openApiOf } from './openapi.js';
import { AppError } from '../errors.js';
import { appErrorOf } from './problem.js';
import { Authenticator } from './principal.js';
import { ProblemFilter, type ErrorPage } from './problem.filter.js';
import { routeTable } from './routes.js';
import { API_PREFIX, ROOT_ROUTES, type HttpSettings } from './settings.js';
import { NulPipe, validationPipe } from './validation.js';

/** What a module that serves pages for people contributes; provide it under this class to replace JSON errors there. */
export abstract class ErrorPages {
  abstract render: ErrorPage;
}

/**
 * Makes a Nest application answer as docs/decisions/0008 says: prefix, access, validation, problem+json, idempotency,
 * security headers, OpenAPI. Call it once, before `app.init()` or `app.listen()`; create the application with
 * `{ bodyParser: false }`. Throws where a route does not name its access.
 */
export function setUpHttp(app: NestExpressApplication, settings: HttpSettings): void {
  const routes = routeTable(app);
  limitConnections(app.getHttpServer() as Server);
  app.set(
    'trust proxy',
    settings.trustedProxies.length === 0 ? false : [...settings.trustedProxies],
  );
  app.set('query parser', 'simple');
  app.disable('x-powered-by');
  app.use(correlate);
  app.use(securityHeaders(settings.secure));
  app.use(fewHeadersOnly);
  app.use(settings.watchedOnly === true ? watchedPathsOnly : knownPathsOnly);
  const form = express.urlencoded({ limit: settings.requestBytes, extended: false });
  app.use(`/${API_PREFIX}/portal/unsubscribe`, parsing(form));
  app.use(`/${API_PREFIX}`, jsonOnly, parsing(express.json({ limit: settings.requestBytes })));
  app.use('/portal', parsing(form));
  app.setGlobalPrefix(API_PREFIX, { exclude: [...ROOT_ROUTES] });
  app.useGlobalFilters(new ProblemFilter(() => errorPagesOf(app)));
  app.useGlobalGuards(
    new AccessGuard(
      app.get(Reflector),
      app.get(Authenticator, { strict: false }),
      settings.operationsToken,
    ),
  );
  app.useGlobalPipes(new NulPipe(), validationPipe());
  const keys = new IdempotencyKeys(
    app.get(Database, { strict: false }),
    app.get(Clock, { strict: false }),
  );
  keys.follow();
  app.useGlobalInterceptors(new AnswerInterceptor(), new IdempotencyInterceptor(keys));
  serveDocs(app, settings, () => openApiOf(app, routes));
}

/** Readable docs at /api/docs (operations), the document itself at /api/openapi.json (anybody: it holds no data). */
function serveDocs(
  app: NestExpressApplication,
  settings: HttpSettings,
  make: () => OpenAPIObject,
): void {
  let made: OpenAPIObject | null = null;
  const document = (): OpenAPIObject => (made ??= make());
  app.use('/api/docs', (request: Request, _response: Response, next: NextFunction) => {
    allowOperations(request, settings.operationsToken());
    next();
  });
  SwaggerModule.setup('api/docs', app, document, {
    jsonDocumentUrl: 'api/openapi.json',
    raw: ['json'],
    customSiteTitle: 'Helpdesk API',
  });
}

function securityHeaders(secure: boolean): ReturnType<typeof helmet> {
  return helmet({
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        upgradeInsecureRequests: secure ? [] : null,
      },
    },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: secure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
  });
}

const SERVED = [
  new RegExp(`^/${API_PREFIX}(/|$)`),
  /^\/api\/docs(\/|$)/,
  ...ROOT_ROUTES.map(
    (route) => new RegExp(`^/${route.replace(/^\//, '').replaceAll(/\\:\w+/g, '[^/]+')}/?$`),
  ),
];

/** Nest answers unknown paths only below its prefix; elsewhere Express would answer with a page of its own. */
function knownPathsOnly(request: Request, _response: Response, next: NextFunction): void {
  if (!SERVED.some((pattern) => pattern.test(request.path))) throw new AppError('not_found');
  next();
}

/** A process without an API answers those who watch over it and nobody else. */
function watchedPathsOnly(request: Request, _response: Response, next: NextFunction): void {
  if (!/^\/(health\/(live|ready)|metrics)$/.test(request.path)) throw new AppError('not_found');
  next();
}

/** The API takes JSON, and multipart where files go: a form post from another site (no preflight) ends here. */
function jsonOnly(request: Request, _response: Response, next: NextFunction): void {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined ||
    Number(request.headers['content-length'] ?? 0) > 0;
  if (
    hasBody &&
    request.is(['json', '+json', 'multipart/form-data']) === false &&
    !oneClick(request)
  ) {
    throw new AppError('unsupported_media_type');
  }
  next();
}

/** Names the damage before Nest's own mapping flattens every parser error to 400. */
function parsing(parser: express.RequestHandler): express.RequestHandler {
  return (request, response, next) =>
    parser(request, response, (error?: unknown) =>
      next(error === undefined ? undefined : appErrorOf(error)),
    );
}

/** List-Unsubscribe-Post comes from mail programs as a form (RFC 8058). */
function oneClick(request: Request): boolean {
  return request.path.startsWith('/portal/unsubscribe/');
}

function errorPagesOf(app: NestExpressApplication): ErrorPage | null {
  try {
    return app.get(ErrorPages, { strict: false }).render;
  } catch {
    return null;
  }
}
