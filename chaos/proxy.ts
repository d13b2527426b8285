import net from 'node:net';

/** What a proxy does to the conversations that go through it. */
export type ProxyMode =
  | { readonly kind: 'pass' }
  /** New connections are closed at once. */
  | { readonly kind: 'refuse' }
  /** Connections stay open and nothing moves: a half-open line. */
  | { readonly kind: 'silent' }
  /** Every piece waits this long. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** The line is cut when this many bytes have come from the server. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** SMTP: what the server says after STARTTLS arrives damaged. */
  | { readonly kind: 'damaged-tls' }
  /** SMTP: the line is cut at the client's DATA, before the server sees it. */
  | { readonly kind: 'cut-before-data' }
  /** SMTP: the server gets the whole message and answers; the client never hears it. */
  | { readonly kind: 'cut-after-data' }
  /** SMTP: the line is cut behind the client's final dot, and the server never gets the end of the message. */
  | { readonly kind: 'lose-data' };

const PASS: ProxyMode = { kind: 'pass' };
const END_OF_DATA = Buffer.from('\r\n.\r\n');

/** A TCP relay on loopback between the product and one server, to do to the line what networks do. */
export class Proxy {
  private mode: ProxyMode = PASS;
  /** How many more connections the mode is for; then the line is well again. */
  private times = Infinity;
  private readonly open = new Set<net.Socket>();
  /** Faults that really happened to a connection. */
  faults = 0;

  private constructor(
    private readonly server: net.Server,
    readonly port: number,
    public targetPort: number,
  ) {}

  static async start(targetPort: number): Promise<Proxy> {
    let proxy: Proxy;
    const server = net.createServer((client) => proxy.accept(client));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve());
    });
    proxy = new Proxy(server, (server.address() as net.AddressInfo).port, targetPort);
    return proxy;
  }

  /** From the next connection on; with `times`, for so many faults only. */
  set(mode: ProxyMode, times = Infinity): void {
    this.mode = mode;
    this.times = times;
  }

  pass(): void {
    this.set(PASS);
  }

  /** Cuts every open connection; returns how many. */
  cutAll(): number {
    const cut = Math.ceil(this.open.size / 2);
    for (const socket of this.open) socket.destroy();
    this.faults += cut;
    return cut;
  }

  async stop(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
  }

  private accept(client: net.Socket): void {
    client.on('error', () => client.destroy());
    if (this.mode.kind === 'refuse') {
      this.count();
      client.destroy();
      return;
    }
    const server = net.connect(this.targetPort, '127.0.0.1');
    server.on('error', () => client.destroy());
    for (const socket of [client, server]) {
      this.open.add(socket);
      socket.once('close', () => this.open.delete(socket));
    }
    client.once('close', () => server.destroy());
    server.once('close', () => client.destroy());
    const cut = (): void => {
      client.destroy();
      server.destroy();
    };
    new Relay(
      client,
      server,
      () => this.mode,
      () => this.count(),
      cut,
    ).run();
  }

  /** One fault has happened; the last wanted one ends the mode. */
  private count(): void {
    this.faults += 1;
    this.times -= 1;
    if (this.times <= 0) this.pass();
  }
}

/** One connection: asks for the mode at every piece, so that a change meets open connections as well. */
class Relay {
  private fromServer = 0;
  private tail = Buffer.alloc(0);
  private inData = false;
  private deaf = false;
  private slowed = false;
  /** Pieces from the server since the client asked for TLS. */
  private sinceStartTls: number | null = null;

  constructor(
    private readonly client: net.Socket,
    private readonly server: net.Socket,
    private readonly mode: () => ProxyMode,
    private readonly count: () => void,
    private readonly cut: () => void,
  ) {}

  run(): void {
    this.client.on('data', (piece: Buffer) => this.relay(this.client, this.server, piece));
    this.server.on('data', (piece: Buffer) => this.relay(this.server, this.client, piece));
  }

  private relay(from: net.Socket, to: net.Socket, piece: Buffer): void {
    const mode = this.mode();
    if (mode.kind === 'silent') return;
    if (from === this.client && !this.mayPass(mode, piece)) return;
    if (from === this.server && !this.mayAnswer(mode, piece)) return;
    if (mode.kind !== 'slow') {
      to.write(from === this.server ? this.damaged(mode, piece) : piece);
      return;
    }
    if (!this.slowed) this.count();
    this.slowed = true;
    from.pause();
    setTimeout(() => {
      if (!to.destroyed) to.write(piece);
      from.resume();
    }, mode.delayMs);
  }

  /** The first piece after STARTTLS is still plain: `220 go ahead`. */
  private damaged(mode: ProxyMode, piece: Buffer): Buffer {
    if (this.sinceStartTls === null) return piece;
    this.sinceStartTls += 1;
    if (mode.kind !== 'damaged-tls' || this.sinceStartTls !== 2) return piece;
    this.count();
    return Buffer.from(piece.map((byte) => byte ^ 0x5a));
  }

  private mayPass(mode: ProxyMode, piece: Buffer): boolean {
    const seen = Buffer.concat([this.tail, piece]);
    this.tail = Buffer.from(seen.subarray(-8));
    if (/(^|\r\n)STARTTLS\r\n/i.test(seen.toString('latin1'))) this.sinceStartTls = 0;
    if (/(^|\r\n)DATA\r\n/i.test(seen.toString('latin1'))) {
      if (mode.kind === 'cut-before-data') {
        this.count();
        this.cut();
        return false;
      }
      this.inData = true;
    }
    if (this.inData && seen.includes(END_OF_DATA)) {
      this.inData = false;
      if (mode.kind === 'cut-after-data') this.deaf = true;
      if (mode.kind === 'lose-data') {
        this.count();
        this.cut();
        return false;
      }
    }
    return true;
  }

  private mayAnswer(mode: ProxyMode, piece: Buffer): boolean {
    this.fromServer += piece.length;
    if (this.deaf || (mode.kind === 'cut' && this.fromServer > mode.afterBytes)) {
      this.count();
      this.cut();
      return false;
    }
    return true;
  }
}
