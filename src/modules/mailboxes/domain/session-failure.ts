/** Why a session failed, in words for the operator; classified by evidence (protocol reply, error code). */
export interface MailSessionFailure {
  readonly kind:
    | 'unknown_host'
    | 'refused'
    | 'timeout'
    | 'tls'
    | 'authentication'
    | 'folder_missing'
    | 'quota'
    | 'too_large'
    | 'protocol'
    | 'disconnected'
    | 'other';
  /** One English sentence: what happened, where, what to do; never a secret. */
  readonly message: string;
}

/** Every method of a `MailSession` fails with this; `failure.message` is meant to be shown. */
export class MailSessionError extends Error {
  constructor(
    readonly failure: MailSessionFailure,
    options?: ErrorOptions,
  ) {
    super(failure.message, options);
    this.name = 'MailSessionError';
  }
}

/** The server that was spoken to, as far as messages name it. */
export interface ServerName {
  readonly protocol: 'IMAP' | 'SMTP';
  readonly host: string;
  readonly port: number;
  readonly tls: 'implicit' | 'starttls' | 'none';
}

/** What is looked at: the fields that Node, imapflow and nodemailer leave on an error. */
export interface FailureEvidence {
  readonly message?: unknown;
  readonly code?: unknown;
  /** nodemailer: Node's own code below its phase code. */
  readonly originalCode?: unknown;
  readonly tlsFailed?: unknown;
  readonly authenticationFailed?: unknown;
  readonly serverResponseCode?: unknown;
  readonly responseText?: unknown;
  readonly response?: unknown;
  readonly reason?: unknown;
  readonly mailboxMissing?: unknown;
  readonly cause?: unknown;
  readonly _err?: unknown;
}

const UNKNOWN_HOST = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EDNS', 'ENODATA', 'ESERVFAIL']);
const REFUSED = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EACCES']);
const TIMEOUT = new Set([
  'COMMAND_TIMEOUT',
  'CONNECT_TIMEOUT',
  'GREETING_TIMEOUT',
  'UPGRADE_TIMEOUT',
  'SOCKET_TIMEOUT',
  'ETIMEOUT',
  'ETIMEDOUT',
]);
const DISCONNECTED = new Set([
  'NoConnection',
  'EConnectionClosed',
  'StateLogout',
  'ECONNRESET',
  'EPIPE',
  'ECONNECTION',
]);
/** OpenSSL's verification results and Node's own TLS codes; Node leaves them on `code`. */
const TLS_CODE =
  /^(?:ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|ERROR_IN_CERT|EPROTO$|ETLS$|STARTTLS_INJECTION$|ClosedAfterConnectTLS$)/;
/** RFC 7889, RFC 4469; the words are those of servers without a code. */
const TOO_LARGE_CODES = new Set<unknown>(['APPENDLIMIT', 'TOOBIG']);
const TOO_LARGE_TEXT = /\bmessage (?:is )?(?:too (?:big|large)|exceeds .{0,30}(?:size|limit))\b/i;
const QUOTA_TEXT =
  /\b(?:over ?quota|quota exceeded|mailbox (?:is )?full|exceeded (?:the )?.{0,20}quota)\b/i;

/** Turns anything that a mail library threw into a failure with a sentence; `MailSessionError`s keep theirs. */
export function classifySessionFailure(error: unknown, server: ServerName): MailSessionFailure {
  if (error instanceof MailSessionError) return error.failure;
  const evidence = (
    typeof error === 'object' && error !== null ? error : { message: error }
  ) as FailureEvidence;
  const codes = codesOf(evidence);
  const where = `${server.protocol} server ${server.host}:${server.port}`;
  const said = serverWords(evidence);
  if (evidence.serverResponseCode === 'OVERQUOTA' || QUOTA_TEXT.test(said)) {
    return {
      kind: 'quota',
      message: `The mailbox at ${where} is over its quota${quoted(said)}: free some space or raise the quota.`,
    };
  }
  if (TOO_LARGE_CODES.has(evidence.serverResponseCode) || TOO_LARGE_TEXT.test(said)) {
    return { kind: 'too_large', message: `${where} takes no message of this size${quoted(said)}.` };
  }
  if (evidence.authenticationFailed === true) return authenticationFailure(where, said, evidence);
  if (codes.some((code) => UNKNOWN_HOST.has(code))) {
    return {
      kind: 'unknown_host',
      message: `The name ${server.host} is unknown (DNS): check the host of the ${server.protocol} server and the name servers of this machine.`,
    };
  }
  if (codes.some((code) => REFUSED.has(code))) {
    return {
      kind: 'refused',
      message: `Nothing answers at ${where} (${codes[0]}): check host, port and firewall.`,
    };
  }
  if (codes.some((code) => TLS_CODE.test(code)) || evidence.tlsFailed === true) {
    return { kind: 'tls', message: tlsMessage(where, server, codes, messageOf(evidence)) };
  }
  if (codes.some((code) => TIMEOUT.has(code)))
    return { kind: 'timeout', message: timeoutMessage(where, codes) };
  if (codes.includes('ClosedAfterConnectText')) {
    return {
      kind: 'tls',
      message: `${where} closed the plain-text connection at once: the port probably expects TLS from the first byte (tls: implicit).`,
    };
  }
  if (codes.some((code) => DISCONNECTED.has(code))) {
    return { kind: 'disconnected', message: `${where} closed the connection${quoted(said)}.` };
  }
  if (
    said !== '' ||
    codes.some((code) => /^(?:ParserError|InvalidResponse|UnexpectedTag)/.test(code))
  ) {
    return {
      kind: 'protocol',
      message: `${where} answered unexpectedly${quoted(said)}${said === '' ? ` (${codes[0]})` : ''}.`,
    };
  }
  return { kind: 'other', message: `${where}: ${messageOf(evidence)}` };
}

function timeoutMessage(where: string, codes: readonly string[]): string {
  return codes.includes('COMMAND_TIMEOUT')
    ? `${where} took a command and did not answer it in time: the connection is made again.`
    : `${where} was silent for too long (${codes[0]}): check port, TLS mode and firewall; a connection that stood is made again.`;
}

function authenticationFailure(
  where: string,
  said: string,
  evidence: FailureEvidence,
): MailSessionFailure {
  const hint =
    evidence.serverResponseCode === 'UNAVAILABLE'
      ? 'its user database is not available at the moment'
      : 'check user and password (or run `mailbox authorize` for OAuth2); many providers want an app password';
  return {
    kind: 'authentication',
    message: `${where} refused the log-in${quoted(said)}: ${hint}.`,
  };
}

function tlsMessage(
  where: string,
  server: ServerName,
  codes: readonly string[],
  text: string,
): string {
  const code = codes.find((candidate) => TLS_CODE.test(candidate)) ?? '';
  if (/SELF_SIGNED|UNABLE_TO_GET_ISSUER|UNABLE_TO_VERIFY/.test(code)) {
    return `The certificate of ${where} is signed by an authority that is not known here (${code}): give that authority's certificate as \`ca\`, or fix the chain on the server.`;
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH') {
    return `The certificate of ${where} is for another name: use the name that the certificate carries as host.`;
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return `The certificate of ${where} is not valid today (${code}): renew it, and check the clock of this machine.`;
  }
  if (
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNKNOWN_PROTOCOL/.test(code) ||
    code === 'EPROTO'
  ) {
    return `${where} does not speak TLS from the first byte: use \`tls: starttls\`, or the port for implicit TLS.`;
  }
  if (server.tls === 'starttls' && !/^(?:ERR_|CERT_)/.test(code)) {
    return `${where} did not start TLS by STARTTLS (${text}): use \`tls: implicit\` with its port, or enable STARTTLS on the server.`;
  }
  return `No secure connection to ${where} (${code === '' ? text : code}): check port and TLS mode.`;
}

/** All codes on the error and on what it wraps, outermost first. */
function codesOf(evidence: FailureEvidence): string[] {
  const codes: string[] = [];
  const visit = (candidate: unknown, depth: number): void => {
    if (typeof candidate !== 'object' || candidate === null || depth > 3) return;
    const { code, originalCode, _err, cause, errors } = candidate as FailureEvidence & {
      errors?: unknown;
    };
    for (const value of [originalCode, code]) if (typeof value === 'string') codes.push(value);
    visit(_err, depth + 1);
    visit(cause, depth + 1);
    // Several addresses were tried (happy eyeballs): the first refusal speaks for all.
    if (Array.isArray(errors)) visit(errors[0], depth + 1);
  };
  visit(evidence, 0);
  return codes;
}

/** What the server itself said, on one line and short; '' where it said nothing. */
function serverWords(evidence: FailureEvidence): string {
  const words = [evidence.responseText, evidence.response, evidence.reason].find(
    (candidate) => typeof candidate === 'string' && candidate.trim() !== '',
  );
  return typeof words === 'string' ? oneLine(words) : '';
}

function messageOf(evidence: FailureEvidence): string {
  return typeof evidence.message === 'string' ? oneLine(evidence.message) : 'unknown error';
}

function oneLine(text: string): string {
  // Server text goes to logs and terminals: control characters have no business there.
  return text
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 300);
}

function quoted(said: string): string {
  return said === '' ? '' : ` ("${said}")`;
}
