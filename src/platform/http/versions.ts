import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { Request } from 'express';
import { AppError } from '../errors.js';

/** The version a change was made against, and how the caller said it; `value: null` where it did not say. */
export interface ExpectedVersion {
  readonly value: number | null;
  readonly source: 'if-match' | 'body';
}

/** Reads `If-Match: "7"` (RFC 9110 13.1.1; `*` matches anything), else `version` of the JSON body. */
export function expectedVersionOf(request: Pick<Request, 'headers' | 'body'>): ExpectedVersion {
  const header = request.headers['if-match']?.trim();
  if (header !== undefined && header !== '') {
    if (header === '*') return { value: null, source: 'if-match' };
    const match = /^(?:W\/)?"(\d{1,9})"$/.exec(header);
    // A tag that we never gave out matches nothing.
    return { value: match === null ? -1 : Number(match[1]), source: 'if-match' };
  }
  const body = (request.body as { version?: unknown } | undefined)?.version;
  return { value: typeof body === 'number' ? body : null, source: 'body' };
}

/** Tells the OpenAPI document that the route takes the header. */
const documented: ParameterDecorator = (target, method) => {
  if (method === undefined) return;
  const header = ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'ETag of the version that the change is made against; stale: 412',
    schema: { type: 'string', example: '"7"' },
  });
  header(target, method, Object.getOwnPropertyDescriptor(target, method)!);
};

/** Parameter decorator: `@Expected() expected: ExpectedVersion`. */
export const Expected = createParamDecorator(
  (_: unknown, context: ExecutionContext): ExpectedVersion =>
    expectedVersionOf(context.switchToHttp().getRequest<Request>()),
  [documented],
);

/**
 * Throws where the record has moved on: `precondition_failed` (412) for If-Match, `stale_version` (409) for `version`.
 * Call it inside the transaction, with the row locked.
 */
export function checkVersion(actual: number, expected: ExpectedVersion): void {
  if (expected.value === null || expected.value === actual) return;
  throw new AppError(expected.source === 'if-match' ? 'precondition_failed' : 'stale_version', {
    context: { actual, expected: expected.value },
  });
}
