/**
 * The one table of error codes. An `AppError` is a broken promise or a request that cannot be carried out;
 * outcomes that a caller is expected to handle are unions with a `kind` instead (docs/architecture.md).
 * `http` is the status of the problem+json answer (RFC 9457); `title` the stable English text,
 * `detail` the default pt-BR text for people.
 */
export const ERROR_CODES = {
  not_found: { http: 404, title: 'Not found', detail: 'Não encontrado.' },
  unauthorized: { http: 401, title: 'Authentication required', detail: 'Entre para continuar.' },
  invalid_credentials: {
    http: 401,
    title: 'Invalid credentials',
    detail: 'E-mail ou senha incorretos.',
  },
  forbidden: { http: 403, title: 'Not allowed', detail: 'Você não tem permissão para isto.' },
  csrf_failed: {
    http: 403,
    title: 'CSRF check failed',
    detail: 'A página expirou. Recarregue e tente de novo.',
  },
  file_held: {
    http: 403,
    title: 'File held',
    detail: 'O arquivo está retido pela verificação de vírus.',
  },
  validation_failed: {
    http: 422,
    title: 'Validation failed',
    detail: 'Há campos inválidos na requisição.',
  },
  malformed_body: {
    http: 400,
    title: 'Malformed body',
    detail: 'O corpo da requisição não é um JSON válido.',
  },
  malformed_request: {
    http: 400,
    title: 'Malformed request',
    detail: 'A requisição não pôde ser entendida.',
  },
  unsupported_media_type: {
    http: 415,
    title: 'Unsupported media type',
    detail: 'Este tipo de conteúdo não é aceito aqui; envie application/json.',
  },
  body_too_large: {
    http: 413,
    title: 'Body too large',
    detail: 'O conteúdo enviado passa do tamanho permitido.',
  },
  headers_too_large: {
    http: 431,
    title: 'Request header fields too large',
    detail: 'A requisição tem cabeçalhos demais.',
  },
  stale_version: {
    http: 409,
    title: 'Stale version',
    detail: 'O registro mudou desde que você o abriu. Recarregue e confira.',
  },
  precondition_failed: {
    http: 412,
    title: 'Precondition failed',
    detail: 'O registro mudou desde que você o abriu (If-Match).',
  },
  idempotency_conflict: {
    http: 409,
    title: 'Idempotency key reused',
    detail: 'Esta Idempotency-Key já foi usada com outro conteúdo ou ainda está em andamento.',
  },
  invalid_transition: {
    http: 409,
    title: 'Transition not allowed',
    detail: 'O chamado não permite esta mudança no estado atual.',
  },
  conflict: { http: 409, title: 'Conflict', detail: 'A operação conflita com o estado atual.' },
  too_many_requests: {
    http: 429,
    title: 'Too many requests',
    detail: 'Muitas tentativas. Aguarde um pouco e tente de novo.',
  },
  unavailable: {
    http: 503,
    title: 'Temporarily unavailable',
    detail: 'Serviço temporariamente indisponível.',
  },
  internal: {
    http: 500,
    title: 'Internal error',
    detail: 'Erro interno. A equipe técnica foi avisada.',
  },
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** One wrong field of a request: where (JSON path) and why (English for developers, pt-BR for people). */
export interface FieldProblem {
  readonly path: string;
  readonly reason: string;
}

export interface AppErrorOptions {
  /** pt-BR text for people; defaults to the table's. */
  readonly detail?: string;
  /** English text for Accept-Language: en; defaults to the table's title. */
  readonly detailEn?: string;
  readonly fields?: readonly FieldProblem[];
  /** Safe to log: ids and codes, never bodies, addresses or secrets. */
  readonly context?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** A request that cannot be carried out, with its stable code. One filter turns it into HTTP. */
export class AppError extends Error {
  readonly detail: string;
  readonly detailEn: string;
  readonly fields: readonly FieldProblem[];
  readonly context: Readonly<Record<string, unknown>>;

  constructor(
    readonly code: ErrorCode,
    options: AppErrorOptions = {},
  ) {
    super(`${code}: ${options.detailEn ?? ERROR_CODES[code].title}`, { cause: options.cause });
    this.name = 'AppError';
    this.detail = options.detail ?? ERROR_CODES[code].detail;
    this.detailEn = options.detailEn ?? ERROR_CODES[code].title;
    this.fields = options.fields ?? [];
    this.context = options.context ?? {};
  }
}

/** A mistake of the operator's (configuration, environment): printed as one sentence, exit code 2, no stack. */
export class OperatorError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'OperatorError';
  }
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The message of anything thrown, and of what caused it: for operators, who need the last of them. */
export function wholeMessageOf(error: unknown): string {
  const messages = [messageOf(error)];
  let at = error;
  while (at instanceof Error && at.cause !== undefined && at.cause !== null) {
    at = at.cause;
    messages.push(messageOf(at));
  }
  return messages.join(': ');
}
