import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import { from, lastValueFrom, of, type Observable } from 'rxjs';
import { AppError } from '../../errors.js';
import { createLogger } from '../../logging.js';
import { appErrorOf } from '../problem.js';
import type { AuthenticatedRequest } from '../principal.js';
import { requestHash, type IdempotencyKeys } from './idempotency-keys.js';

const log = createLogger('http');
const METHODS = new Set(['POST', 'PATCH', 'PUT', 'DELETE']);

/**
 * `Idempotency-Key` on agents' writes: the same key with the same body gets the first answer again (header
 * `Idempotency-Replayed: true`), with another body or while the first is running 409 `idempotency_conflict`. A refusal
 * (4xx) is not kept: it changed nothing. After an unexpected failure the key stays taken, because whether the work was
 * committed is not known and a second run could send a second mail.
 */
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly keys: IdempotencyKeys) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const key = request.headers['idempotency-key'];
    if (key === undefined || request.principal === undefined || !METHODS.has(request.method))
      return next.handle();
    if (typeof key !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(key)) {
      throw new AppError('validation_failed', {
        fields: [{ path: 'Idempotency-Key', reason: 'must be 1 to 200 visible ASCII characters' }],
      });
    }
    const actor = request.principal.agentId;
    const route = `${request.method} ${request.path}`;
    const claim = await this.keys.claim(actor, key, route, requestHash(hashable(request)));
    const response = context.switchToHttp().getResponse<Response>();
    switch (claim.kind) {
      case 'other_request':
      case 'in_progress':
        throw new AppError('idempotency_conflict', { context: { kind: claim.kind } });
      case 'replay':
        response.status(claim.status).setHeader('Idempotency-Replayed', 'true');
        return of(claim.response ?? undefined);
      case 'fresh':
        return from(this.run(next, response, actor, key));
    }
  }

  private async run(
    next: CallHandler,
    response: Response,
    actor: string,
    key: string,
  ): Promise<unknown> {
    let result: unknown;
    try {
      result = await lastValueFrom(next.handle(), { defaultValue: undefined });
    } catch (error) {
      if (appErrorOf(error).code !== 'internal') await this.keys.release(actor, key);
      throw error;
    }
    // The work is done: failing to remember its answer must not look like a failure of the work.
    await this.keys.answered(actor, key, response.statusCode, result).catch((error: unknown) => {
      log.warn({ err: error }, 'the answer of an idempotent request could not be stored');
    });
    return result;
  }
}

/** A multipart body is not read yet when interceptors run: its length stands for it. */
function hashable(request: AuthenticatedRequest): unknown {
  if (request.is('multipart/form-data') !== false)
    return { multipartBytes: request.headers['content-length'] };
  return [request.body, request.headers['if-match'] ?? null];
}
