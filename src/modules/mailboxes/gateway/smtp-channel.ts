import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { Readable } from 'node:stream';
import type { DataPhase } from '../domain/smtp-outcome.js';
import type { Credentials, ServerSettings } from '../domain/server-settings.js';
import { certificateExpiry } from './certificate.js';
import { tlsOptions } from './tls-options.js';
import type { MimeMessage } from './mime-message.js';

const CONNECT_TIMEOUT_MS = 30_000;
/** RFC 5321 §4.5.3.2.6: a server may take ten minutes to answer the final dot; giving up earlier makes duplicates. */
const FINAL_ANSWER_TIMEOUT_MS = 600_000;
const QUIT_TIMEOUT_MS = 2_000;
const PIECE_BYTES = 64 * 1024;

/** A conversation that failed, and how far the message had gone. */
export class SmtpTransactionError extends Error {
  constructor(
    readonly phase: DataPhase,
    /** What nodemailer threw. */
    override readonly cause: unknown,
    /** True where a connection that had lain idle died before the server took anything: worth one more connection. */
    readonly stale: boolean,
  ) {
    super('SMTP transaction failed', { cause });
    this.name = 'SmtpTransactionError';
  }
}

export interface SmtpAcceptance {
  readonly response: string;
  readonly rejectedErrors: readonly unknown[];
}

/** One logged-in SMTP connection, used for one transaction at a time. */
export class SmtpChannel {
  private dead = false;
  private transactions = 0;

  private constructor(
    private readonly connection: SMTPConnection,
    private readonly server: ServerSettings,
  ) {
    connection.on('end', () => {
      this.dead = true;
    });
  }

  /** Connects, secures as configured and logs in; throws what nodemailer throws. */
  static open(server: ServerSettings, credentials: Credentials): Promise<SmtpChannel> {
    const connection = new SMTPConnection({
      host: server.host,
      port: server.port,
      secure: server.tls === 'implicit',
      // Never opportunistic: STARTTLS is required where it is configured and not tried where it is not.
      requireTLS: server.tls === 'starttls',
      ignoreTLS: server.tls === 'none',
      tls: tlsOptions(server),
      connectionTimeout: Math.min(CONNECT_TIMEOUT_MS, server.socketTimeoutMs),
      greetingTimeout: Math.min(CONNECT_TIMEOUT_MS, server.socketTimeoutMs),
      socketTimeout: server.socketTimeoutMs,
      socketCloseTimeout: 1_000,
      logger: false,
      customAuth: { XOAUTH2: xoauth2 },
    });
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        connection.close();
        reject(error as Error);
      };
      // From the first line of its life; later errors also reach the callback of the running transaction.
      connection.on('error', fail);
      connection.connect((error) => {
        if (error !== undefined) return fail(error);
        const channel = new SmtpChannel(connection, server);
        if (credentials.kind === 'none') return resolve(channel);
        if (!connection.allowsAuth) {
          return fail(
            Object.assign(new Error('The server offers no log-in (AUTH)'), { code: 'EAUTH' }),
          );
        }
        connection.login(loginData(credentials), (refusal) =>
          refusal === null ? resolve(channel) : fail(refusal),
        );
      });
    });
  }

  get alive(): boolean {
    return !this.dead;
  }

  /** When the server's certificate expires; null without TLS. */
  get certificateExpiresAt(): Date | null {
    return certificateExpiry(this.connection._socket);
  }

  /** True where the server takes UTF-8 in addresses (RFC 6531). */
  get supportsUtf8(): boolean {
    return this.extensions.includes('SMTPUTF8');
  }

  /** Sends one message. Throws SmtpTransactionError; afterwards `alive` tells whether the channel can go on. */
  async send(
    envelope: { readonly from: string; readonly to: readonly string[] },
    message: MimeMessage,
  ): Promise<SmtpAcceptance> {
    const reused = this.transactions > 0;
    this.transactions += 1;
    const body = new MessageBody(message, (flushed) => this.afterFinalDot(flushed));
    try {
      const size = message.kind === 'buffer' ? { size: message.bytes.length } : {};
      const info = await new Promise<SmtpAcceptance>((resolve, reject) => {
        this.connection.send(
          { from: envelope.from, to: [...envelope.to], ...size },
          body.stream,
          (error, result) => {
            if (error === null || error === undefined) {
              resolve({ response: result!.response, rejectedErrors: result!.rejectedErrors ?? [] });
            } else reject(error);
          },
        );
      });
      this.patienceMs(this.server.socketTimeoutMs);
      return info;
    } catch (error) {
      const answered = typeof (error as { responseCode?: unknown }).responseCode === 'number';
      if (answered && body.phase !== 'begun') await this.reset();
      else this.close();
      throw new SmtpTransactionError(
        body.phase,
        error,
        reused && !answered && body.phase === 'not_begun',
      );
    } finally {
      body.stream.destroy();
      if (message.kind === 'stream') message.stream.destroy();
    }
  }

  /** MAIL FROM and RCPT TO without DATA, then RSET: for `mailbox check`. Throws what nodemailer throws. */
  async probe(from: string, to: string): Promise<void> {
    await this.command(`MAIL FROM:<${from}>`, 'MAIL FROM');
    await this.command(`RCPT TO:<${to}>`, 'RCPT TO');
    await this.reset();
  }

  /** Says QUIT and lets go; a server that does not answer it is left after two seconds. */
  close(): void {
    if (this.dead) return;
    this.dead = true;
    const timer = setTimeout(() => this.connection.close(), QUIT_TIMEOUT_MS);
    this.connection.once('end', () => clearTimeout(timer));
    this.connection.quit();
  }

  private get extensions(): readonly string[] {
    // nodemailer keeps what EHLO offered in a field that its types leave out.
    return (this.connection as unknown as { _supportedExtensions: string[] })._supportedExtensions;
  }

  private async reset(): Promise<void> {
    if (this.dead) return;
    const done = await this.orEnd((resolve) =>
      this.connection.reset((error) => resolve(error === null)),
    );
    if (done !== true) this.close();
  }

  private async command(line: string, name: string): Promise<void> {
    // nodemailer has no public way to send one command; its queue of answers is what all of its own commands use.
    const raw = this.connection as unknown as {
      _responseActions: ((answer: string) => void)[];
      _sendCommand(line: string): void;
    };
    const answer = await this.orEnd<string>((resolve) => {
      raw._responseActions.push(resolve);
      raw._sendCommand(line);
    });
    if (answer === null) throw Object.assign(new Error('closed'), { code: 'ECONNECTION' });
    if (!answer.startsWith('2')) {
      throw Object.assign(new Error(answer), { response: answer, command: name });
    }
  }

  /** What `ask` resolves, or null where the connection ends before: nodemailer forgets who waits for an answer. */
  private orEnd<Answer>(ask: (resolve: (answer: Answer) => void) => void): Promise<Answer | null> {
    return new Promise((resolve) => {
      const end = (): void => resolve(null);
      this.connection.once('end', end);
      ask((answer) => {
        this.connection.off('end', end);
        resolve(answer);
      });
    });
  }

  /**
   * Calls `flushed` when the kernel has taken the final dot: until then no server can have seen the whole message.
   * nodemailer's stream ends when its last bytes are queued on the socket; an empty write behind them tells the rest.
   */
  private afterFinalDot(flushed: () => void): void {
    const { _currentDataStream: data } = this.connection as unknown as {
      _currentDataStream: Readable | false;
    };
    const socket = this.connection._socket;
    if (data === false || !socket) return flushed();
    data.once('end', () => {
      socket.write('', (error) => {
        if (error) return;
        flushed();
        this.patienceMs(FINAL_ANSWER_TIMEOUT_MS);
      });
    });
  }

  private patienceMs(milliseconds: number): void {
    const socket = this.connection._socket;
    if (socket) socket.setTimeout(milliseconds);
  }
}

/**
 * The message on its way into DATA. nodemailer begins to read it at 354; `onBegin` arranges that `phase` becomes
 * `complete` when the final dot has left: only from then on can the server have the whole message.
 */
class MessageBody {
  phase: DataPhase = 'not_begun';
  readonly stream: Readable;

  constructor(message: MimeMessage, onBegin: (flushed: () => void) => void) {
    const pieces =
      message.kind === 'buffer' ? cut(message.bytes) : (message.stream as AsyncIterable<Buffer>);
    const follow = async function* (this: MessageBody): AsyncIterable<Buffer> {
      this.phase = 'begun';
      onBegin(() => {
        this.phase = 'complete';
      });
      for await (const piece of pieces) yield piece;
    };
    this.stream = Readable.from(follow.call(this), { objectMode: false });
  }
}

function* cut(bytes: Buffer): Iterable<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    yield bytes.subarray(at, at + PIECE_BYTES);
  }
}

function loginData(credentials: Exclude<Credentials, { kind: 'none' }>): {
  user: string;
  pass: string;
  method?: string;
} {
  return credentials.kind === 'password'
    ? { user: credentials.user, pass: credentials.password }
    : { user: credentials.user, pass: credentials.accessToken, method: 'XOAUTH2' };
}

/** Google's and Microsoft's SASL XOAUTH2: on refusal the server sends a 334 with details and waits for an empty line. */
async function xoauth2(context: SMTPConnection.CustomAuthenticationContext): Promise<void> {
  const { user, pass } = context.auth.credentials;
  const token = Buffer.from(`user=${user}\u0001auth=Bearer ${pass}\u0001\u0001`).toString('base64');
  let answer = await context.sendCommand(`AUTH XOAUTH2 ${token}`);
  if (answer.status === 334) answer = await context.sendCommand('');
  if (answer.status < 200 || answer.status >= 300) {
    throw Object.assign(new Error('XOAUTH2 was refused'), { response: answer.response });
  }
}
