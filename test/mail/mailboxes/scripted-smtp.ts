import net from 'node:net';

/** What the server answers to a verb: a reply line (or lines), or `cut` to hang up without a word. */
export type Reply = string;

export interface SmtpScript {
  readonly greeting?: Reply;
  /** Lines after `250-`. */
  readonly offers?: readonly string[];
  readonly auth?: Reply;
  readonly mail?: Reply | ((line: string) => Reply);
  readonly rcpt?: (address: string) => Reply;
  readonly data?: Reply;
  /** After the final dot. */
  readonly done?: Reply;
  /** Hangs up after this many bytes of DATA. */
  readonly cutAfterBytes?: number;
}

/** An SMTP server that says exactly what a test wants it to say, phase by phase, and notes what it heard. */
export class ScriptedSmtp {
  script: SmtpScript = {};
  readonly lines: string[] = [];
  readonly messages: string[] = [];
  connections = 0;
  private readonly sockets = new Set<net.Socket>();

  private constructor(
    private readonly server: net.Server,
    readonly port: number,
  ) {}

  static async start(): Promise<ScriptedSmtp> {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const scripted = new ScriptedSmtp(server, (server.address() as net.AddressInfo).port);
    server.on('connection', (socket) => scripted.serve(socket));
    return scripted;
  }

  /** Hangs up on everybody, as a server does that restarts. */
  hangUp(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  stop(): Promise<void> {
    this.hangUp();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private serve(socket: net.Socket): void {
    this.connections += 1;
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => undefined);
    let data: string | null = null;
    let rest = '';
    const say = (reply: Reply): void => {
      if (reply === 'cut') socket.destroy();
      else socket.write(`${reply}\r\n`);
    };
    say(this.script.greeting ?? '220 test ESMTP');
    socket.on('data', (bytes) => {
      rest += bytes.toString('latin1');
      for (;;) {
        if (data !== null) {
          const end = rest.indexOf('\r\n.\r\n');
          if (end === -1) {
            if (rest.length > (this.script.cutAfterBytes ?? Infinity)) say('cut');
            return;
          }
          this.messages.push(rest.slice(0, end));
          rest = rest.slice(end + 5);
          data = null;
          say(this.script.done ?? '250 2.0.0 Ok: queued as ABC');
          continue;
        }
        const end = rest.indexOf('\r\n');
        if (end === -1) return;
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        this.lines.push(line);
        const reply = this.replyTo(line);
        if (reply.startsWith('354')) data = '';
        say(reply);
      }
    });
  }

  private replyTo(line: string): Reply {
    const verb = line.slice(0, 4).toUpperCase();
    switch (verb) {
      case 'EHLO':
        return ['test', ...(this.script.offers ?? []), 'HELP']
          .map((offer, index, all) => `250${index === all.length - 1 ? ' ' : '-'}${offer}`)
          .join('\r\n');
      case 'AUTH':
        return this.script.auth ?? '235 2.7.0 ok';
      case 'MAIL': {
        const { mail } = this.script;
        return (typeof mail === 'function' ? mail(line) : mail) ?? '250 2.1.0 ok';
      }
      case 'RCPT':
        return this.script.rcpt?.(/<(.*)>/.exec(line)?.[1] ?? '') ?? '250 2.1.5 ok';
      case 'DATA':
        return this.script.data ?? '354 go on';
      case 'STAR':
        return '502 5.5.1 not here';
      case 'QUIT':
        return '221 bye';
      default:
        return '250 ok';
    }
  }
}
