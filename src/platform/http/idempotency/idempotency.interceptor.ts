import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import { from, lastValueFrom, of, type Observable } from 'rxjs';
import { AppError } from '../../errors.js';
import { createLogger } from '../../logging.js';
import { appErrorOf } from '../problem.js';
import type { AuthenticatedRequest } from '../principal.js';
import { requestHash, type Claim, type IdempotencyKeys } from './idempotency-keys.js';

const log = createLogger('http');
const METHODS = new Set(['POST', 'PATCH', 'PUT', 'DELETE']);

/**
 * `Idempotency-Key` on agents' writes: the same key with the same body gets the first answer again (header
 * `Idempotency-Replayed: true`), with another body or while the first is running 409 `idempotency_conflict`. A request
 * that changed nothing frees its key, whatever went wrong; one that changed something and then failed keeps it, because
 * a second run could send a second mail.
 */
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly keys: IdempotencyKeys) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const key = keyOf(request);
    if (key === null || request.principal === undefined) return next.handle();
    const actor = request.principal.agentId;
    const route = `${request.method} ${request.path}`;
    const claim = await this.keys.claim(actor, key, route, requestHash(hashable(request)));
    const response = context.switchToHttp().getResponse<Response>();
    if (claim.kind === 'fresh') return from(this.run(next, response, actor, key));
    if (claim.kind !== 'replay') throw conflict(claim);
    response.status(claim.status).setHeader('Idempotency-Replayed', 'true');
    return of(claim.response ?? undefined);
  }

  private async run(
    next: CallHandler,
    response: Response,
    actor: string,
    key: string,
  ): Promise<unknown> {
    const outcome = await this.keys.run(actor, key, () =>
      lastValueFrom(next.handle(), { defaultValue: undefined }),
    );
    if (outcome.kind === 'failed') {
      // An answer like "stale version" is a refusal even where the work wrote something beside it (an alarm, a count).
      if (!outcome.committed || appErrorOf(outcome.error).code !== 'internal') {
        await this.keys.release(actor, key);
      }
      throw outcome.error;
    }
    // The work is done: failing to remember its answer must not look like a failure of the work.
    await this.keys
      .answered(actor, key, response.statusCode, outcome.result)
      .catch((error: unknown) => {
        log.warn({ err: error }, 'the answer of an idempotent request could not be stored');
      });
    return outcome.result;
  }
}

/** null where the request is none that takes a key, or brings none. */
function keyOf(request: AuthenticatedRequest): string | null {
  const key = request.headers['idempotency-key'];
  if (key === undefined || !METHODS.has(request.method)) return null;
  if (typeof key === 'string' && /^[\x21-\x7e]{1,200}$/.test(key)) return key;
  throw new AppError('validation_failed', {
    fields: [{ path: 'Idempotency-Key', reason: 'must be 1 to 200 visible ASCII characters' }],
  });
}

function conflict(claim: Claim): AppError {
  return new AppError('idempotency_conflict', {
    ...(claim.kind === 'answer_lost'
      ? {
          detail:
            'A operação já foi feita, mas a resposta se perdeu. Confira o resultado antes de repetir.',
          detailEn:
            'It was carried out already, but its answer was lost. Look at the result before repeating it.',
        }
      : {}),
    context: { kind: claim.kind },
  });
}

/** A multipart body is not read yet when interceptors run: its length stands for it. */
function hashable(request: AuthenticatedRequest): unknown {
  if (request.is('multipart/form-data') === 'multipart/form-data') {
    return { multipartBytes: request.headers['content-length'] };
  }
  return [request.body, request.headers['if-match'] ?? null];
}
