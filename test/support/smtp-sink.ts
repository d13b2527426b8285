import type net from 'node:net';
import { registerLinks } from './kept-output.js';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { simpleParser, type ParsedMail } from 'mailparser';
import { eventually } from './eventually.js';

export interface CaughtMail {
  readonly envelopeFrom: string;
  readonly recipients: readonly string[];
  readonly raw: Buffer;
  readonly parsed: ParsedMail;
}

/** What a test may have the server answer: throw (with `responseCode`) to refuse. */
export interface SinkScript {
  onMailFrom?: (address: string) => void;
  onRcptTo?: (address: string) => void;
  /** Called when the message is complete, before the answer; may hand the mail on or refuse it. */
  onMessage?: (mail: {
    envelopeFrom: string;
    recipients: string[];
    raw: Buffer;
  }) => void | Promise<void>;
}

/** A real SMTP server on loopback that catches everything that is sent to it. */
export class SmtpSink {
  readonly mails: CaughtMail[] = [];
  script: SinkScript = {};

  private constructor(
    private readonly server: SMTPServer,
    readonly port: number,
  ) {}

  static async start(options: SMTPServerOptions = {}): Promise<SmtpSink> {
    let sink: SmtpSink;
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      disableReverseLookup: true,
      size: 200 * 1024 * 1024,
      onAuth: (auth, _session, callback) => callback(null, { user: auth.username }),
      onMailFrom: (address, _session, callback) =>
        void answer(() => sink.script.onMailFrom?.(address.address), callback),
      onRcptTo: (address, _session, callback) =>
        void answer(() => sink.script.onRcptTo?.(address.address), callback),
      onData: (stream, session, callback) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const from = session.envelope.mailFrom;
          const mail = {
            envelopeFrom: from === false ? '' : from.address,
            recipients: session.envelope.rcptTo.map((recipient) => recipient.address),
            raw: Buffer.concat(chunks),
          };
          void answer(async () => {
            await sink.script.onMessage?.(mail);
            const parsed = await simpleParser(mail.raw);
            registerLinks(parsed.text ?? '');
            sink.mails.push({ ...mail, parsed });
          }, callback);
        });
      },
      ...options,
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => resolve());
    });
    // A client that dies in the middle of a conversation is part of the tests, not an error of the sink.
    server.on('error', () => undefined);
    sink = new SmtpSink(server, (server.server.address() as net.AddressInfo).port);
    return sink;
  }

  /** The first caught mail for which `matches` holds, waiting for it. */
  async mail(
    what: string,
    matches: (mail: CaughtMail) => boolean,
    timeoutMs?: number,
  ): Promise<CaughtMail> {
    return eventually(`mail: ${what}`, () => this.mails.find(matches), timeoutMs);
  }

  to(address: string): CaughtMail[] {
    return this.mails.filter((mail) => mail.recipients.includes(address));
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

/** A refusal with this SMTP code: throw it from a script. */
export function smtpRefusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

async function answer(
  work: () => void | Promise<void>,
  callback: (error?: Error | null) => void,
): Promise<void> {
  let refusal: Error | null = null;
  try {
    await work();
  } catch (error) {
    refusal = error as Error;
  }
  callback(refusal);
}
