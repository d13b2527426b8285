import { MailboxProcessor } from '../../../src/modules/mailbox-intake/background/mailbox-processor.js';
import { RecordMail } from '../../../src/modules/mailbox-intake/commands/record-mail.js';
import { BlobStore } from '../../../src/modules/files/index.js';
import { httpApp, type HttpApp } from '../../support/http-app.js';

/** A support desk and a private finance desk that nobody connects to: raw messages are handed to stage 1. */
export const DESK_YAML = `
company:
  name: Empresa Teste
  domains: [hd.test]
http:
  publicUrl: http://127.0.0.1:3000
  cookies: { secure: false }
mailboxes:
  suporte:
    address: suporte@hd.test
    queue: suporte
    trustedAuthservIds: [mx.hd.test]
    imap: { host: 127.0.0.1, port: 1, tls: none, user: suporte, password: '\${IMAP_PASSWORD}' }
    smtp: { host: 127.0.0.1, port: 1, tls: none, user: suporte, password: '\${SMTP_PASSWORD}' }
  financeiro:
    address: financeiro@hd.test
    queue: financeiro
    fixedReason: financeiro
    imap: { host: 127.0.0.1, port: 1, tls: none, user: financeiro, password: '\${IMAP_PASSWORD}' }
    smtp: { host: 127.0.0.1, port: 1, tls: none, user: financeiro, password: '\${SMTP_PASSWORD}' }
`;

const QUEUES: Record<string, string> = { suporte: 'suporte', financeiro: 'financeiro' };

export interface IntakeRow {
  readonly id: string;
  readonly state: string;
  readonly disposition: string | null;
  readonly ticketId: string | null;
  readonly subject: string | null;
  readonly error: string | null;
  readonly attempts: number;
  readonly serverAction: string;
  readonly decisions: { filter: string; verdict: string; evidence?: Record<string, unknown> }[];
}

/** The whole application, and a hand that puts messages where stage 1 would. */
export class IntakeDesk {
  private uid = 0;

  private constructor(readonly app: HttpApp) {}

  static async open(yaml = DESK_YAML): Promise<IntakeDesk> {
    return new IntakeDesk(await httpApp(yaml));
  }

  get<Provider>(type: abstract new (...args: never[]) => Provider): Provider {
    return this.app.app.get<Provider>(type as never, { strict: false });
  }

  /** Records one raw message as stage 1 does; returns its intake id. Line ends become CRLF. */
  async record(
    mailboxKey: string,
    raw: string | Buffer,
    about: {
      role?: 'inbox' | 'junk' | 'sent';
      receivedAt?: Date;
      uidvalidity?: string;
      partial?: boolean;
      sizeBytes?: number;
    } = {},
  ): Promise<string> {
    const bytes = typeof raw === 'string' ? Buffer.from(raw.replace(/\r?\n/g, '\r\n')) : raw;
    this.uid += 1;
    const role = about.role ?? 'inbox';
    const uidvalidity = about.uidvalidity ?? '1';
    const folder = { inbox: 'INBOX', junk: 'Junk', sent: 'Sent' }[role];
    await this.get(RecordMail).run(
      null,
      { mailboxKey, queueKey: QUEUES[mailboxKey] ?? 'suporte', folder, role, uidvalidity },
      [
        {
          uid: this.uid,
          sizeBytes: about.sizeBytes ?? bytes.length,
          blob: await this.get(BlobStore).stage(bytes),
          partial: about.partial ?? false,
          receivedAt: about.receivedAt ?? this.app.clock.now(),
          disposition: null,
        },
      ],
      { uidvalidity, lastUid: this.uid, startAt: null },
    );
    const [row] = await this.app.database.query<{ id: string }>(
      'select max(id)::text as id from intake',
    );
    return row!.id;
  }

  /** Processes everything recorded for a mailbox. */
  process(mailboxKey: string): Promise<number> {
    return this.get(MailboxProcessor).drain(mailboxKey, null);
  }

  /** One message all the way; returns its row. */
  async receive(
    mailboxKey: string,
    raw: string | Buffer,
    about: Parameters<IntakeDesk['record']>[2] = {},
  ): Promise<IntakeRow> {
    const id = await this.record(mailboxKey, raw, about);
    await this.process(mailboxKey);
    return this.row(id);
  }

  async row(id: string): Promise<IntakeRow> {
    const [row] = await this.app.database.query<IntakeRow & Record<string, unknown>>(
      `select id, state, disposition, ticket_id as "ticketId", subject, error, attempts, decisions,
              server_action as "serverAction" from intake where id = $1`,
      [id],
    );
    return row!;
  }

  query<Row extends Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return this.app.database.query<Row>(sql, values);
  }

  /** Message-ID of the newest mail of ours on a ticket. */
  async ourMessageId(ticketId: string): Promise<string> {
    const [row] = await this.query<{ message_id: string }>(
      'select message_id from outbox where ticket_id = $1 order by id desc limit 1',
      [ticketId],
    );
    return row!.message_id;
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

let counter = 0;

/** An ordinary message; every call another Message-ID unless given. */
export function eml(
  about: {
    from?: string;
    to?: string;
    cc?: string;
    subject?: string;
    body?: string;
    messageId?: string;
    inReplyTo?: string;
    headers?: Record<string, string>;
  } = {},
): string {
  counter += 1;
  const lines = [
    `From: ${about.from ?? 'Ana Souza <ana@cliente.test>'}`,
    `To: ${about.to ?? 'suporte@hd.test'}`,
    ...(about.cc === undefined ? [] : [`Cc: ${about.cc}`]),
    `Subject: ${about.subject ?? 'Preciso de ajuda'}`,
    `Message-ID: <${about.messageId ?? `m${counter}@cliente.test`}>`,
    ...(about.inReplyTo === undefined ? [] : [`In-Reply-To: <${about.inReplyTo}>`]),
    'Date: Thu, 05 Nov 2026 10:00:00 -0300',
    ...Object.entries(about.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    about.body ?? 'Bom dia, não consigo entrar no sistema.',
    '',
  ];
  return lines.join('\r\n');
}
