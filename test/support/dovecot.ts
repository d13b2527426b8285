import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import nodemailer from 'nodemailer';
import { eventually } from './eventually.js';
import { freePort } from './ports.js';
import { childrenOf } from './processes.js';

export const DOVECOT_PASSWORD = 'segredo';

export interface DovecotOptions {
  /** PEM files: IMAP then also speaks STARTTLS and, on `imapsPort`, TLS from the first byte. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Quota of every mailbox, e.g. `100K`. */
  readonly quota?: string;
  /** An endpoint that says whether a token is good (RFC 7662): IMAP then also takes XOAUTH2. */
  readonly introspectionUrl?: string;
  /** Further settings, appended to the configuration as they are. */
  readonly extra?: string;
}

/**
 * A private Dovecot on loopback, in the foreground as our child. Any user of `users` (an address) is a mailbox with
 * the password `segredo`; as root it runs as `nobody`, because Dovecot refuses root.
 */
export class Dovecot {
  private child: ChildProcess | null = null;
  private constructor(
    readonly directory: string,
    readonly imapPort: number,
    readonly imapsPort: number,
    readonly lmtpPort: number,
    private readonly ids: { uid?: number; gid?: number },
  ) {}

  static async start(users: readonly string[], options: DovecotOptions = {}): Promise<Dovecot> {
    const root = process.getuid?.() === 0;
    const user = root ? 'nobody' : os.userInfo().username;
    const id = (...flags: string[]): string =>
      execFileSync('id', [...flags, user], { encoding: 'utf8' }).trim();
    const ids = root ? { uid: Number(id('-u')), gid: Number(id('-g')) } : {};
    // Unix socket paths are limited to about 100 bytes: the system's temporary folder is short enough.
    const directory = mkdtempSync(path.join(os.tmpdir(), 'hddv-'));
    for (const folder of ['', 'run', 'state', 'mail']) {
      const full = path.join(directory, folder);
      mkdirSync(full, { recursive: true, mode: 0o755 });
      if (ids.uid !== undefined) chownSync(full, ids.uid, ids.gid!);
    }
    const dovecot = new Dovecot(
      directory,
      await freePort(),
      await freePort(),
      await freePort(),
      ids,
    );
    if (options.introspectionUrl !== undefined)
      writeFileSync(
        path.join(directory, 'oauth2.conf.ext'),
        introspection(options.introspectionUrl),
      );
    writeFileSync(
      path.join(directory, 'dovecot.conf'),
      dovecot.configuration(user, id('-gn'), options),
    );
    writeFileSync(path.join(directory, 'users'), '');
    for (const address of users) dovecot.addUser(address);
    await dovecot.boot();
    return dovecot;
  }

  /** A further mailbox, at once. */
  addUser(address: string, password = DOVECOT_PASSWORD): void {
    appendFileSync(path.join(this.directory, 'users'), `${address}:{PLAIN}${password}::::::\n`);
  }

  /** Delivers a raw message as an MTA would (LMTP), with the given envelope sender. */
  async deliver(
    to: string,
    raw: Buffer | string,
    envelopeFrom = 'remetente@cliente.test',
  ): Promise<void> {
    const transport = nodemailer.createTransport({
      host: '127.0.0.1',
      port: this.lmtpPort,
      lmtp: true,
      ignoreTLS: true,
    } as never);
    try {
      await transport.sendMail({ envelope: { from: envelopeFrom, to: [to] }, raw });
    } finally {
      transport.close();
    }
  }

  /** Runs doveadm against this server and returns its output. */
  doveadm(...args: string[]): string {
    return execFileSync('doveadm', ['-c', path.join(this.directory, 'dovecot.conf'), ...args], {
      encoding: 'utf8',
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
      ...this.ids,
    });
  }

  /**
   * Ends the server and every connection at once; `SIGKILL` for a crash. The mail stays: `boot` brings it up again. What
   * serves a connection would otherwise look for its master every ten seconds only.
   */
  async kill(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.child;
    this.child = null;
    if (child === null || child.exitCode !== null) return;
    const servants = childrenOf(child.pid!);
    for (const pid of servants) end(pid, signal);
    await new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.kill(signal);
    });
    for (const pid of servants) end(pid, 'SIGKILL');
  }

  async boot(): Promise<void> {
    const binary = '/usr/sbin/dovecot';
    this.child = spawn(binary, ['-F', '-c', path.join(this.directory, 'dovecot.conf')], {
      stdio: ['ignore', 'ignore', 'inherit'],
      cwd: '/',
      ...this.ids,
    });
    await eventually('Dovecot greets', () => greets(this.imapPort), 10_000);
  }

  async stop(): Promise<void> {
    await this.kill('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }

  private configuration(user: string, group: string, options: DovecotOptions): string {
    const tls = options.tls
      ? `ssl = yes\nssl_cert = <${options.tls.cert}\nssl_key = <${options.tls.key}`
      : 'ssl = no';
    const quota = options.quota
      ? `plugin {\n  quota = maildir:User quota\n  quota_rule = *:storage=${options.quota}\n}\nmail_plugins = quota\nprotocol imap {\n  mail_plugins = quota imap_quota\n}`
      : '';
    return `base_dir = ${this.directory}/run
state_dir = ${this.directory}/state
log_path = ${this.directory}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
${tls}
disable_plaintext_auth = no
default_internal_user = ${user}
default_internal_group = ${group}
default_login_user = ${user}
first_valid_uid = 0
auth_mechanisms = plain login${options.introspectionUrl === undefined ? '' : ' xoauth2'}
auth_username_format = %Lu
${options.introspectionUrl === undefined ? '' : `passdb {\n  driver = oauth2\n  mechanisms = xoauth2\n  args = ${this.directory}/oauth2.conf.ext\n}`}
mail_location = maildir:${this.directory}/mail/%u
mail_uid = ${user}
mail_gid = ${group}
mailbox_list_index = yes
mail_max_userip_connections = 0
# Sub-addresses (RFC 5233) arrive in the same mailbox.
recipient_delimiter = +
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u ${this.directory}/users
}
userdb {
  driver = static
  args = uid=${user} gid=${group} home=${this.directory}/mail/%u allow_all_users=yes
}
namespace inbox {
  inbox = yes
  separator = /
  mailbox Sent {
    auto = create
    special_use = \\Sent
  }
  mailbox Junk {
    auto = create
    special_use = \\Junk
  }
  mailbox Processados {
    auto = create
  }
}
# One address tries everything here: the growing delay after failed log-ins would be waited for by all.
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service imap-login {
  chroot =
  inet_listener imap {
    address = 127.0.0.1
    port = ${this.imapPort}
  }
  inet_listener imaps {
    address = 127.0.0.1
    port = ${options.tls ? this.imapsPort : 0}
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${this.lmtpPort}
  }
}
service stats {
  chroot =
}
protocol lmtp {
  postmaster_address = postmaster@hd.test
}
${quota}
${options.extra ?? ''}
`;
  }
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    const answer = (up: boolean): void => {
      socket.destroy();
      resolve(up);
    };
    socket.once('data', () => answer(true));
    socket.once('error', () => answer(false));
    socket.once('close', () => answer(false));
  });
}

const introspection = (url: string): string => `introspection_url = ${url}
introspection_mode = post
force_introspection = yes
active_attribute = active
active_value = true
username_attribute = email
`;

/** Only a process of Dovecot's: the number may be somebody else's by now. */
function end(pid: number, signal: NodeJS.Signals): void {
  try {
    if (!readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith('dovecot/')) return;
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}
