import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AppError } from '../errors.js';
import { correlationId, createLogger } from '../logging.js';
import { appErrorOf, languageOf, problemOf } from './problem.js';

const log = createLogger('http');

/** How pages for people show an error instead of JSON; set by the module that serves them. */
export type ErrorPage = (error: AppError, correlationId: string | null) => string;

/** The one filter: every error leaves as `application/problem+json`, on customers' pages as a page. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly errorPage: () => ErrorPage | null = () => null) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const error = appErrorOf(thrown);
    const id = correlationId() ?? null;
    const problem = problemOf(error, languageOf(request.headers['accept-language']), id);
    if (problem.status >= 500) log.error({ err: thrown, code: error.code }, 'request failed');
    if (response.headersSent) {
      // Half an answer is out: the only honest end is a broken connection.
      response.destroy();
      return;
    }
    const retryAfter = error.context['retryAfterSeconds'];
    if (typeof retryAfter === 'number')
      response.setHeader('Retry-After', String(Math.ceil(retryAfter)));
    if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="helpdesk"');
    response.status(problem.status);
    const page = request.path.startsWith('/portal') ? this.errorPage() : null;
    if (page !== null) {
      response.type('html').send(page(error, id));
      return;
    }
    response.setHeader('Content-Type', 'application/problem+json; charset=utf-8');
    response.send(JSON.stringify(problem));
  }
}
