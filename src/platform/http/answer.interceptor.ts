import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import { map, type Observable } from 'rxjs';

/**
 * Marks every JSON answer `no-store` (it holds customers' data, and a shared cache or a browser's history must not), and
 * gives single records that carry a `version` the ETag that `If-Match` takes.
 */
export class AnswerInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const response = context.switchToHttp().getResponse<Response>();
    if (response.getHeader('Cache-Control') === undefined)
      response.setHeader('Cache-Control', 'no-store');
    return next.handle().pipe(
      map((body: unknown) => {
        const version = (body as { version?: unknown } | null | undefined)?.version;
        if (typeof version === 'number' && !response.headersSent)
          response.setHeader('ETag', `"${version}"`);
        return body;
      }),
    );
  }
}
