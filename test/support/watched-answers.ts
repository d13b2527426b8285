import type { NextFunction, Request, Response } from 'express';
import { keepOutput, registerLinks, registerSecret } from './kept-output.js';

/** Registers the secrets of requests and answers, and keeps the errors that clients are shown. */
export function watchSecrets(request: Request, response: Response, next: NextFunction): void {
  registerSecret('bearer token', /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]);
  registerLinks(request.originalUrl);
  const end = response.end.bind(response) as (...given: unknown[]) => Response;
  response.end = ((...given: unknown[]): Response => {
    registerCookies(response);
    const body = typeof given[0] === 'string' || Buffer.isBuffer(given[0]) ? String(given[0]) : '';
    registerSecret('CSRF token', /"csrfToken":"([^"]+)"/.exec(body)?.[1]);
    if (String(response.getHeader('content-type')).startsWith('application/problem+json'))
      keepOutput('errors', `${body}\n`);
    return end(...given);
  }) as typeof response.end;
  next();
}

function registerCookies(response: Response): void {
  for (const cookie of [response.getHeader('set-cookie') ?? []].flat())
    registerSecret('session cookie', /^[^=]+=([^;]+)/.exec(String(cookie))?.[1]);
}
