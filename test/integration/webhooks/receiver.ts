import { createHmac } from 'node:crypto';
import http, { type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly type: string;
  readonly data: Record<string, unknown> & { ticket?: Record<string, unknown> };
}

/** A real HTTP server on loopback that keeps what it is told. */
export class Receiver {
  readonly received: Received[] = [];
  /** What it answers; the next one in turn, then 204. */
  readonly answers: ((response: ServerResponse) => void)[] = [];
  private readonly server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const { type, data } = JSON.parse(body) as Pick<Received, 'type' | 'data'>;
      this.received.push({ headers: request.headers, body, type, data });
      const answer = this.answers.shift() ?? status(204);
      answer(response);
    });
  });

  static async open(): Promise<Receiver> {
    const receiver = new Receiver();
    await new Promise<void>((resolve) => receiver.server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/gancho`;
  }

  get types(): string[] {
    return this.received.map(({ type }) => type);
  }

  /** Forgets what came so far. */
  clear(): void {
    this.received.length = 0;
    this.answers.length = 0;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

export const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void => {
    response.writeHead(code, headers);
    response.end();
  };

/** As a receiver checks it, by the words of the specification. */
export function isSignedBy(secret: string, { headers, body }: Received): boolean {
  const [id, timestamp] = [headers['webhook-id'], headers['webhook-timestamp']];
  const expected = createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64'))
    .update(`${String(id)}.${String(timestamp)}.${body}`)
    .digest('base64');
  return String(headers['webhook-signature']).split(' ').includes(`v1,${expected}`);
}
