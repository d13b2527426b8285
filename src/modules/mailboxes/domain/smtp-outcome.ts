import type { RecipientOutcome, SendOutcome } from './outgoing-mail.js';
import { MailSessionError, classifySessionFailure, type ServerName } from './session-failure.js';

/** What nodemailer leaves on an error of one SMTP conversation. */
export interface SmtpErrorEvidence {
  readonly code?: unknown;
  /** The command that was answered: `CONN`, `EHLO`, `STARTTLS`, `AUTH …`, `MAIL FROM`, `RCPT TO`, `DATA`, `API`. */
  readonly command?: unknown;
  readonly responseCode?: unknown;
  readonly response?: unknown;
  readonly message?: unknown;
  /** Of `RCPT TO`: one error a refused recipient. */
  readonly rejectedErrors?: unknown;
  readonly recipient?: unknown;
}

/** How far the message had gone when the conversation ended. */
export type DataPhase = 'not_begun' | 'begun' | 'complete';

/** Codes at MAIL FROM that speak of this message and not of us as a client: too large (RFC 1870 §6.1). */
const MESSAGE_CODES_AT_MAIL_FROM = new Set([552, 523]);

/**
 * A connection that did not come to a log-in. 5xx, TLS and missing credentials are the mailbox's trouble; the rest
 * (names, refusals, silence, 4xx) passes.
 */
export function connectOutcome(
  error: unknown,
  server: ServerName,
  recipients: readonly string[],
): SendOutcome {
  const evidence = evidenceOf(error);
  const code = codeOf(evidence);
  const failure = classifySessionFailure(
    evidence.code === 'EAUTH' ? { ...evidence, authenticationFailed: true } : error,
    server,
  );
  const permanent =
    code === null
      ? failure.kind === 'tls' || failure.kind === 'authentication'
      : code >= 500 && code < 600;
  if (permanent) return { kind: 'mailbox_stopped', code, response: failure.message };
  return {
    kind: 'temporary',
    code,
    response: failure.message,
    recipients: recipients.map((address) => pending(address, code, failure.message)),
  };
}

/** The outcome of a transaction that failed after the log-in. */
export function failedTransaction(
  error: unknown,
  phase: DataPhase,
  server: ServerName,
  recipients: readonly string[],
): SendOutcome {
  const evidence = evidenceOf(error);
  const code = codeOf(evidence);
  const response = answerOf(evidence);
  if (code === null) return withoutAnswer(error, evidence, phase, server, recipients);
  if (evidence.command === 'RCPT TO') return refusedRecipients(evidence, recipients);
  if (evidence.command === 'MAIL FROM' && code >= 500 && !MESSAGE_CODES_AT_MAIL_FROM.has(code)) {
    return {
      kind: 'mailbox_stopped',
      code,
      response: `${server.host}:${server.port} refused our sender address ("${response}").`,
    };
  }
  if (code >= 500 && (evidence.command === 'MAIL FROM' || evidence.command === 'DATA')) {
    return {
      kind: 'refused',
      code,
      response,
      recipients: recipients.map((address) => ({ address, state: 'failed', code, response })),
    };
  }
  return {
    kind: 'temporary',
    code,
    response,
    recipients: recipients.map((address) => pending(address, code, response)),
  };
}

/** 250 after DATA. `rejected`: nodemailer's errors of recipients that were refused at RCPT. */
export function acceptedTransaction(
  response: string,
  recipients: readonly string[],
  rejected: readonly unknown[],
): SendOutcome {
  const refusals = new Map(
    rejected.map((error) => recipientRefusal(error)).map((one) => [one.address, one]),
  );
  return {
    kind: 'accepted',
    response: oneLine(response),
    recipients: recipients.map(
      (address) =>
        refusals.get(address) ?? {
          address,
          state: 'accepted',
          code: numberIn(response) ?? 250,
          response: oneLine(response),
        },
    ),
  };
}

/** Adds recipients that were refused here, before any server was asked, to the outcome of the others. */
export function withLocalRefusals(
  outcome: SendOutcome | null,
  refused: readonly RecipientOutcome[],
): SendOutcome {
  const [first] = refused;
  if (outcome === null) {
    return {
      kind: 'refused',
      code: first?.code ?? 501,
      response: first?.response ?? 'No recipients.',
      recipients: refused,
    };
  }
  if (outcome.kind === 'mailbox_stopped' || outcome.kind === 'unknown') return outcome;
  return { ...outcome, recipients: [...outcome.recipients, ...refused] };
}

function withoutAnswer(
  error: unknown,
  evidence: SmtpErrorEvidence,
  phase: DataPhase,
  server: ServerName,
  recipients: readonly string[],
): SendOutcome {
  if (evidence.code === 'EMESSAGE' && phase === 'not_begun') {
    // Larger than the SIZE that the server announced: nodemailer does not even ask (RFC 1870 §6.1 code).
    const response = oneLine(String(evidence.message));
    return {
      kind: 'refused',
      code: 552,
      response,
      recipients: recipients.map((address) => ({ address, state: 'failed', code: 552, response })),
    };
  }
  const { message } = classifySessionFailure(error, server);
  if (phase === 'complete') return { kind: 'unknown', response: message };
  return {
    kind: 'temporary',
    code: null,
    response: message,
    recipients: recipients.map((address) => pending(address, null, message)),
  };
}

/** Every recipient was refused: for good only where every answer was 5xx. */
function refusedRecipients(
  evidence: SmtpErrorEvidence,
  recipients: readonly string[],
): SendOutcome {
  const errors = Array.isArray(evidence.rejectedErrors) ? evidence.rejectedErrors : [evidence];
  const refusals = new Map(errors.map(recipientRefusal).map((one) => [one.address, one]));
  const code = codeOf(evidence) ?? 450;
  const response = answerOf(evidence);
  const outcomes = recipients.map(
    (address) => refusals.get(address) ?? pending(address, code, response),
  );
  if (outcomes.every((outcome) => outcome.state === 'failed')) {
    const { code: firstCode, response: firstResponse } = outcomes[0]!;
    return {
      kind: 'refused',
      code: firstCode ?? code,
      response: firstResponse,
      recipients: outcomes,
    };
  }
  return { kind: 'temporary', code, response, recipients: outcomes };
}

function recipientRefusal(error: unknown): RecipientOutcome {
  const evidence = evidenceOf(error);
  const code = codeOf(evidence);
  return {
    address: typeof evidence.recipient === 'string' ? evidence.recipient : '',
    state: code !== null && code >= 500 ? 'failed' : 'pending',
    code,
    response: answerOf(evidence),
  };
}

function pending(address: string, code: number | null, response: string): RecipientOutcome {
  return { address, state: 'pending', code, response };
}

function evidenceOf(error: unknown): SmtpErrorEvidence {
  if (error instanceof MailSessionError) return { message: error.message };
  return (
    typeof error === 'object' && error !== null ? error : { message: error }
  ) as SmtpErrorEvidence;
}

function codeOf(evidence: SmtpErrorEvidence): number | null {
  if (typeof evidence.responseCode === 'number') return evidence.responseCode;
  return typeof evidence.response === 'string' ? numberIn(evidence.response) : null;
}

function numberIn(response: string): number | null {
  const code = /^\d{3}(?=[ -]|$)/.exec(response)?.[0];
  return code === undefined ? null : Number(code);
}

function answerOf(evidence: SmtpErrorEvidence): string {
  const text = typeof evidence.response === 'string' ? evidence.response : String(evidence.message);
  return oneLine(text);
}

function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 500);
}
