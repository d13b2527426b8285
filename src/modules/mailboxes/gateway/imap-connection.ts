import { ImapFlow, type ImapFlowOptions } from 'imapflow';
import { MailSessionError, classifySessionFailure } from '../domain/session-failure.js';
import type { Credentials, ServerSettings } from '../domain/server-settings.js';
import { certificateExpiry } from './certificate.js';
import { tlsOptions } from './tls-options.js';

const CONNECT_TIMEOUT_MS = 30_000;
/**
 * A command may take so many times the socket's patience. A server that says something now and then and never answers
 * is not silent to the socket, and a library can lose an answer: either would stop a mailbox without a word.
 */
const COMMAND_PATIENCE = 5;

/**
 * One imapflow client from birth to death. It listens to errors from its first line, turns everything that the library
 * throws into `MailSessionError`, and refuses all further work once the client is gone: a dead client is replaced by
 * its owner, never revived.
 */
export class ImapConnection {
  private failure: MailSessionError | null = null;
  private closing = false;
  private readonly endListeners = new Set<() => void>();

  private constructor(
    readonly client: ImapFlow,
    private readonly server: ServerSettings,
  ) {
    client.on('error', (error) => this.died(error));
    client.on('close', () => this.died({ code: 'NoConnection', reason: client.byeReason }));
  }

  /** Connects and logs in. Throws MailSessionError. */
  static async open(server: ServerSettings, credentials: Credentials): Promise<ImapConnection> {
    const connection = new ImapConnection(new ImapFlow(options(server, credentials)), server);
    try {
      await connection.run((client) => client.connect());
    } catch (error) {
      const failure = connection.fail(error);
      connection.client.close();
      throw failure;
    }
    return connection;
  }

  /** When the server's certificate expires; null without TLS. */
  get certificateExpiresAt(): Date | null {
    // imapflow tells that the line is encrypted, not by whom; the types leave its socket out.
    return certificateExpiry((this.client as unknown as { socket?: unknown }).socket);
  }

  /** Runs one piece of work on the live client; everything thrown comes out as MailSessionError. */
  async run<Result>(work: (client: ImapFlow) => Promise<Result>): Promise<Result> {
    this.assertAlive();
    let tooLong: NodeJS.Timeout | undefined;
    const givenUp = new Promise<never>((_resolve, reject) => {
      tooLong = setTimeout(
        () => reject(this.abandon()),
        COMMAND_PATIENCE * this.server.socketTimeoutMs,
      );
    });
    try {
      return await Promise.race([work(this.client), givenUp]);
    } catch (error) {
      throw this.translate(error);
    } finally {
      clearTimeout(tooLong);
    }
  }

  assertAlive(): void {
    if (this.failure !== null) throw this.failure;
  }

  /** The same error once more as MailSessionError; where the client died on the way, its cause of death wins. */
  translate(error: unknown): MailSessionError {
    if (error instanceof MailSessionError) return error;
    if (this.failure !== null) return this.failure;
    const failure = new MailSessionError(classifySessionFailure(error, this.server), {
      cause: error,
    });
    // A refusal (NO, BAD) leaves the connection as it was; all else means that it is gone or about to go.
    if (!this.client.usable) this.failure = failure;
    return failure;
  }

  /** Calls `listener` when the client dies; returns the function that ends it. */
  onEnd(listener: () => void): () => void {
    this.endListeners.add(listener);
    return () => this.endListeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    const alive = this.failure === null && this.client.usable;
    this.fail({ code: 'NoConnection', reason: 'closed by us' });
    if (alive) {
      // LOGOUT is a courtesy: a server that does not answer it must not hold us up.
      const timer = setTimeout(() => this.client.close(), 2_000);
      await this.client.logout().catch(() => undefined);
      clearTimeout(timer);
    }
    this.client.close();
  }

  /** The command in hand has had its time. */
  private abandon(): MailSessionError {
    const failure = this.fail({ code: 'COMMAND_TIMEOUT' });
    this.client.close();
    return failure;
  }

  private died(error: unknown): void {
    this.fail(error);
    for (const listener of this.endListeners) listener();
  }

  private fail(error: unknown): MailSessionError {
    this.failure ??= new MailSessionError(classifySessionFailure(error, this.server), {
      cause: error,
    });
    return this.failure;
  }
}

function options(server: ServerSettings, credentials: Credentials): ImapFlowOptions {
  return {
    host: server.host,
    port: server.port,
    secure: server.tls === 'implicit',
    // Never opportunistic: an attacker on the path could strip the offer.
    doSTARTTLS: server.tls === 'starttls',
    tls: tlsOptions(server),
    ...(credentials.kind === 'none' ? {} : { auth: authentication(credentials) }),
    logger: false,
    clientInfo: { name: 'helpdesk' },
    // Text mail over a fast line: compression costs more than it saves.
    disableCompression: true,
    // BINARY would hand out decoded parts; we store the bytes as they are.
    disableBinary: true,
    connectionTimeout: Math.min(CONNECT_TIMEOUT_MS, server.socketTimeoutMs),
    greetingTimeout: Math.min(CONNECT_TIMEOUT_MS, server.socketTimeoutMs),
    socketTimeout: server.socketTimeoutMs,
  };
}

function authentication(
  credentials: Exclude<Credentials, { kind: 'none' }>,
): ImapFlowOptions['auth'] {
  return credentials.kind === 'password'
    ? { user: credentials.user, pass: credentials.password }
    : { user: credentials.user, accessToken: credentials.accessToken };
}
