import { HttpException } from '@nestjs/common';
import { AppError, ERROR_CODES, type ErrorCode, type FieldProblem } from '../errors.js';

/** An error answer (RFC 9457), media type `application/problem+json`. */
export interface Problem {
  /** Stable identifier of the kind of problem: `urn:helpdesk:problem:<code>`. */
  readonly type: string;
  /** English, the same for every occurrence. */
  readonly title: string;
  readonly status: number;
  /** For people: pt-BR, or English where Accept-Language prefers it. */
  readonly detail: string;
  /** Stable, English, for programs. */
  readonly code: ErrorCode;
  /** Every wrong field, for `validation_failed`. */
  readonly fields?: readonly FieldProblem[];
  /** Quote it to the operator: the same id stands in the logs. */
  readonly correlationId: string | null;
}

export type Language = 'pt-BR' | 'en';

/** The first of pt and en by weight in an Accept-Language header (RFC 9110 12.5.4); pt-BR where neither stands. */
export function languageOf(acceptLanguage: string | undefined): Language {
  let best: { language: Language; weight: number } | null = null;
  for (const part of (acceptLanguage ?? '').split(',')) {
    const [tag = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const primary = tag.split('-')[0];
    if (primary !== 'pt' && primary !== 'en') continue;
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    const weight = q === undefined ? 1 : Number.parseFloat(q.slice(2));
    if (Number.isNaN(weight) || weight <= 0) continue;
    if (best === null || weight > best.weight) {
      best = { language: primary === 'en' ? 'en' : 'pt-BR', weight };
    }
  }
  return best?.language ?? 'pt-BR';
}

export function problemOf(
  error: AppError,
  language: Language,
  correlationId: string | null,
): Problem {
  const { http, title } = ERROR_CODES[error.code];
  return {
    type: `urn:helpdesk:problem:${error.code}`,
    title,
    status: http,
    detail: language === 'en' ? error.detailEn : error.detail,
    code: error.code,
    ...(error.fields.length > 0 ? { fields: error.fields } : {}),
    correlationId,
  };
}

const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'malformed_request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  413: 'body_too_large',
  415: 'unsupported_media_type',
  422: 'validation_failed',
  429: 'too_many_requests',
  503: 'unavailable',
};

/** Errors of Express' body parsers carry the kind of damage in `type` (package http-errors). */
const CODE_OF_PARSER_ERROR: Readonly<Record<string, ErrorCode>> = {
  'entity.parse.failed': 'malformed_body',
  'request.aborted': 'malformed_body',
  'request.size.invalid': 'malformed_body',
  'entity.verify.failed': 'malformed_body',
  'entity.too.large': 'body_too_large',
  'parameters.too.many': 'body_too_large',
  'charset.unsupported': 'unsupported_media_type',
  'encoding.unsupported': 'unsupported_media_type',
};

/** PostgreSQL's codes for what can only come from a value in the request. */
const CODE_OF_SQLSTATE: Readonly<Record<string, ErrorCode>> = {
  '22P02': 'not_found', // text that is no number or UUID: such an id exists nowhere
  '22003': 'not_found', // an id beyond bigint
};

/** Anything thrown while answering, as one of our own errors; `internal` for what nobody expected. */
export function appErrorOf(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof HttpException) {
    return fromStatus(thrown.getStatus(), thrown.cause instanceof Error ? thrown.cause : thrown);
  }
  if (thrown instanceof URIError) return new AppError('malformed_request', { cause: thrown });
  if (typeof thrown === 'object' && thrown !== null) {
    const { type, status, code } = thrown as Record<string, unknown>;
    if (typeof type === 'string' && type in CODE_OF_PARSER_ERROR) {
      return new AppError(CODE_OF_PARSER_ERROR[type]!, { cause: thrown });
    }
    const sqlState = (thrown as { driverError?: { code?: unknown } }).driverError?.code ?? code;
    if (typeof sqlState === 'string' && sqlState in CODE_OF_SQLSTATE) {
      return new AppError(CODE_OF_SQLSTATE[sqlState]!, { cause: thrown });
    }
    if (typeof status === 'number' && status >= 400 && status < 500)
      return fromStatus(status, thrown);
  }
  return new AppError('internal', { cause: thrown });
}

/** The status that the filter answers for anything thrown. */
export function statusOf(thrown: unknown): number {
  return ERROR_CODES[appErrorOf(thrown).code].http;
}

function fromStatus(status: number, cause: unknown): AppError {
  const typed = cause as { type?: unknown };
  if (typeof typed.type === 'string' && typed.type in CODE_OF_PARSER_ERROR) {
    return new AppError(CODE_OF_PARSER_ERROR[typed.type]!, { cause });
  }
  const code = CODE_OF_STATUS[status] ?? (status >= 500 ? 'internal' : 'malformed_request');
  return new AppError(code, { cause });
}
