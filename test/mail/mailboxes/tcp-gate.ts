import net from 'node:net';

/**
 * A TCP relay that can be told to swallow everything: both sides stay connected and hear nothing (half-open), or the near
 * side hears a line that answers nothing, again and again.
 */
export class TcpGate {
  private swallowing = false;
  private chatter: NodeJS.Timeout | undefined;
  private readonly sockets = new Set<net.Socket>();
  private readonly near = new Set<net.Socket>();

  private constructor(
    private readonly server: net.Server,
    readonly port: number,
  ) {}

  static async to(targetPort: number): Promise<TcpGate> {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const gate = new TcpGate(server, (server.address() as net.AddressInfo).port);
    server.on('connection', (near) => {
      const far = net.connect(targetPort, '127.0.0.1');
      gate.near.add(near);
      gate.join(near, far);
      gate.join(far, near);
    });
    return gate;
  }

  swallow(): void {
    this.swallowing = true;
  }

  chat(line: string, everyMs: number): void {
    this.swallowing = true;
    this.chatter = setInterval(() => {
      for (const socket of this.near) socket.write(`${line}\r\n`);
    }, everyMs);
  }

  close(): Promise<void> {
    clearInterval(this.chatter);
    for (const socket of this.sockets) socket.destroy();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private join(from: net.Socket, to: net.Socket): void {
    this.sockets.add(from);
    from.on('data', (bytes) => {
      if (!this.swallowing) to.write(bytes);
    });
    from.on('close', () => {
      if (!this.swallowing) to.destroy();
    });
    from.on('error', () => undefined);
  }
}
