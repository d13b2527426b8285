import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { OperatorError } from '../platform/errors.js';
import { freePort } from './port.js';

/** The part of hoodiecrow-imap that is used; it brings no types. Mail goes in as a string of bytes (latin1). */
interface ImapServer {
  listen(port: number, host: string, listening: () => void): void;
  appendMessage(
    folder: string,
    flags: string[],
    internalDate: string | false,
    raw: string,
  ): { message: { uid: number } };
  server: { close(): void };
}

/** The part of smtp-server that is used. */
interface SmtpServer {
  listen(port: number, host: string, listening: () => void): void;
  close(closed: () => void): void;
}

interface SmtpSession {
  readonly envelope: {
    readonly mailFrom: { readonly address: string } | false;
    readonly rcptTo: readonly { readonly address: string }[];
  };
}

type SmtpCallback = (error?: (Error & { responseCode?: number }) | null) => void;

interface MailLibraries {
  readonly hoodiecrow: (options: object) => ImapServer;
  readonly SMTPServer: new (options: object) => SmtpServer;
}

/** Log-in of every mailbox of the demo; it listens on loopback only. */
export const DEMO_MAIL_PASSWORD = 'demo';
const LARGEST_MAIL_BYTES = 60_000_000;
const IMAP_PLUGINS = [
  'ID',
  'SASL-IR',
  'AUTH-PLAIN',
  'NAMESPACE',
  'IDLE',
  'ENABLE',
  'CONDSTORE',
  'LITERALPLUS',
  'UNSELECT',
  'SPECIAL-USE',
  'UIDPLUS',
  'MOVE',
];

export interface DemoMailServer {
  readonly smtpPort: number;
  /** One IMAP server for each mailbox, by address; user name: the address. */
  readonly imapPorts: Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

/**
 * A mail server for the demo: real SMTP in, real IMAP out, on loopback. Mail to `addresses` arrives there; what goes to
 * any other domain arrives at `everybodyElse`, so that every sender one invents reads the answers in one place.
 * Arrived mail is kept below `directory`, for the next start. Ports: the wanted ones, or free ones where they are taken.
 */
export async function startDemoMailServer(options: {
  addresses: readonly string[];
  everybodyElse: string;
  directory: string;
  smtpPort: number;
  firstImapPort: number;
}): Promise<DemoMailServer> {
  const libraries = await loadLibraries();
  const boxes = new Map<string, DemoMailbox>();
  for (const [index, address] of options.addresses.entries()) {
    const folder = path.join(options.directory, address);
    boxes.set(
      address,
      await DemoMailbox.open(libraries, address, folder, options.firstImapPort + index),
    );
  }
  const mailboxOf = (recipient: string): DemoMailbox | undefined => {
    const [local = '', domain = ''] = recipient.toLowerCase().split('@');
    const plain = `${local.replace(/\+.*/, '')}@${domain}`;
    const ownDomain = options.addresses.some((address) => address.endsWith(`@${domain}`));
    return boxes.get(plain) ?? (ownDomain ? undefined : boxes.get(options.everybodyElse));
  };
  const smtp = smtpServer(libraries, mailboxOf);
  const smtpPort = await freePort(options.smtpPort);
  await new Promise<void>((resolve) => smtp.listen(smtpPort, '127.0.0.1', resolve));
  return {
    smtpPort,
    imapPorts: Object.fromEntries([...boxes].map(([address, box]) => [address, box.port])),
    stop: async () => {
      await new Promise<void>((resolve) => smtp.close(resolve));
      for (const box of boxes.values()) box.close();
    },
  };
}

/** Only the demo needs these packages, so npm may leave them out. */
async function loadLibraries(): Promise<MailLibraries> {
  try {
    const [imap, smtp] = (await Promise.all(
      ['hoodiecrow-imap', 'smtp-server'].map((name) => import(name)),
    )) as [{ default: MailLibraries['hoodiecrow'] }, Pick<MailLibraries, 'SMTPServer'>];
    return { hoodiecrow: imap.default, SMTPServer: smtp.SMTPServer };
  } catch (error) {
    throw new OperatorError(
      `The demo's mail server is not installed (${(error as NodeJS.ErrnoException).code ?? String(error)}): run npm ci without --omit=optional.`,
      { cause: error },
    );
  }
}

/** One mailbox: an IMAP server of its own, because this one knows no separate users. */
class DemoMailbox {
  private constructor(
    private readonly server: ImapServer,
    private readonly folder: string,
    readonly port: number,
  ) {}

  static async open(
    { hoodiecrow }: MailLibraries,
    address: string,
    folder: string,
    wantedPort: number,
  ): Promise<DemoMailbox> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const server = hoodiecrow({
      plugins: IMAP_PLUGINS,
      users: { [address]: { password: DEMO_MAIL_PASSWORD } },
      storage: {
        INBOX: { uidvalidity: uidValidityOf(folder), messages: keptIn(folder) },
        '': {
          separator: '/',
          folders: {
            // Kept by nobody: begun anew at every start, and says so.
            Sent: { 'special-use': '\\Sent', uidvalidity: Math.floor(Date.now() / 1_000) },
            Junk: { 'special-use': '\\Junk' },
            Processados: {},
          },
        },
      },
    });
    const port = await freePort(wantedPort);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return new DemoMailbox(server, folder, port);
  }

  /** On disk first: what SMTP accepts must not be lost. */
  deliver(raw: Buffer): void {
    const { message } = this.server.appendMessage(
      'INBOX',
      [],
      internalDate(new Date()),
      raw.toString('latin1'),
    );
    writeFileSync(path.join(this.folder, `${message.uid}.eml`), raw);
  }

  close(): void {
    this.server.server.close();
  }
}

/** IMAP's promise that UIDs go on: one number for the life of the folder (RFC 9051, 2.3.1.1). */
function uidValidityOf(folder: string): number {
  const file = path.join(folder, 'uidvalidity');
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    const made = Math.floor(Date.now() / 1000);
    writeFileSync(file, String(made));
    return made;
  }
}

function keptIn(folder: string): { uid: number; raw: string; internaldate: string }[] {
  return readdirSync(folder)
    .filter((name) => /^\d+\.eml$/.test(name))
    .map((name) => ({
      uid: Number.parseInt(name, 10),
      raw: readFileSync(path.join(folder, name), 'latin1'),
      internaldate: internalDate(statSync(path.join(folder, name)).mtime),
    }))
    .sort((one, other) => one.uid - other.uid);
}

/** `22-Nov-2026 01:40:00 +0000` (RFC 9051, date-time). */
function internalDate(at: Date): string {
  const [, day, month, year, time] = at.toUTCString().split(' ');
  return `${day}-${month}-${year} ${time} +0000`;
}

function smtpServer(
  { SMTPServer }: MailLibraries,
  mailboxOf: (recipient: string) => DemoMailbox | undefined,
): SmtpServer {
  return new SMTPServer({
    name: 'mail.demo.test',
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    size: LARGEST_MAIL_BYTES,
    onAuth: (
      auth: { username?: string },
      _session: unknown,
      callback: (error: null, user: object) => void,
    ) => callback(null, { user: auth.username ?? '' }),
    onRcptTo: (recipient: { address: string }, _session: unknown, callback: SmtpCallback) =>
      callback(
        mailboxOf(recipient.address) === undefined
          ? Object.assign(new Error('There is no such mailbox here'), { responseCode: 550 })
          : null,
      ),
    onData: (stream: NodeJS.ReadableStream, session: SmtpSession, callback: SmtpCallback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        // What a delivering server adds (RFC 5321, 4.4): the envelope sender and its own trace.
        const from = session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address;
        const trace = `Return-Path: <${from}>\r\nReceived: from localhost by mail.demo.test with ESMTP; ${new Date().toUTCString()}\r\n`;
        const raw = Buffer.concat([Buffer.from(trace, 'latin1'), ...chunks]);
        const targets = new Set(session.envelope.rcptTo.map(({ address }) => mailboxOf(address)));
        for (const mailbox of targets) mailbox?.deliver(raw);
        callback();
      });
    },
  });
}
