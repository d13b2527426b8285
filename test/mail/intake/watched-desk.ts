import { MailboxWatcher } from '../../../src/modules/mailbox-intake/background/mailbox-watcher.js';
import { Sender } from '../../../src/modules/outbound-mail/sending/sender.js';
import type { Dovecot } from '../../support/dovecot.js';
import { eventually } from '../../support/eventually.js';
import { anotherApp, httpApp, type HttpApp } from '../../support/http-app.js';

/** A fresh application that watches one mailbox on Dovecot; everything else of it stands still. */
export class WatchedDesk {
  private constructor(
    readonly app: HttpApp,
    readonly address: string,
    private readonly yaml: string,
  ) {}

  static async open(
    dovecot: Dovecot,
    address: string,
    options: { mailbox?: string; extra?: string; start?: boolean; smtpPort?: number } = {},
  ): Promise<WatchedDesk> {
    const yaml = `
company:
  name: Empresa Teste
http:
  publicUrl: http://127.0.0.1:3000
  cookies: { secure: false }
${options.extra ?? ''}
mailboxes:
  suporte:
    address: ${address}
    queue: suporte
    pollIntervalSeconds: 1
    imap: { host: 127.0.0.1, port: ${dovecot.imapPort}, tls: none, user: '${address}', password: '\${IMAP_PASSWORD}' }
    smtp: { host: 127.0.0.1, port: ${options.smtpPort ?? 1}, tls: none, user: x, password: '\${SMTP_PASSWORD}' }
${(options.mailbox ?? '')
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}
`;
    const app = await httpApp(yaml);
    app.clock.set(new Date());
    const desk = new WatchedDesk(app, address, yaml);
    if (options.start !== false) desk.start();
    if (options.smtpPort !== undefined) desk.sender.start();
    return desk;
  }

  /** A further process on the same database, for example the operator's tool; close it before the desk. */
  async another(): Promise<HttpApp> {
    const app = await anotherApp(this.app, this.yaml);
    app.clock.set(new Date());
    return app;
  }

  get watcher(): MailboxWatcher {
    return this.app.app.get(MailboxWatcher, { strict: false });
  }

  /** Runs only where a port to send to was given. */
  get sender(): Sender {
    return this.app.app.get(Sender, { strict: false });
  }

  start(): void {
    this.watcher.start();
  }

  query<Row extends Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return this.app.database.query<Row>(sql, values);
  }

  /** Dispositions of everything recorded, in order, once there are `count` and none waits. */
  async dispositions(count: number, timeoutMs?: number): Promise<string[]> {
    const rows = await eventually(
      `${count} messages processed`,
      async () => {
        const found = await this.query<{ disposition: string | null }>(
          'select disposition from intake order by id',
        );
        return (
          found.length >= count && found.every(({ disposition }) => disposition !== null) && found
        );
      },
      timeoutMs,
    );
    return rows.map(({ disposition }) => disposition!);
  }

  /** Until the mailbox has been read through and waits for news. */
  async settled(): Promise<void> {
    await eventually('the mailbox waits for news', async () => {
      const [row] = await this.query<{ state: string }>('select state from mailbox_states');
      return row?.state === 'idle' || row?.state === 'polling';
    });
  }

  async close(): Promise<void> {
    await this.watcher.stop();
    await this.sender.stop();
    await this.app.close();
  }
}

let counter = 0;

export function rawMail(
  about: { subject?: string; body?: string; from?: string; headers?: string } = {},
): string {
  counter += 1;
  return [
    `From: ${about.from ?? 'Ana <ana@cliente.test>'}`,
    'To: suporte@hd.test',
    `Subject: ${about.subject ?? `mensagem ${counter}`}`,
    `Message-ID: <w${counter}@cliente.test>`,
    ...(about.headers === undefined ? [] : [about.headers]),
    '',
    about.body ?? 'texto',
    '',
  ].join('\r\n');
}
