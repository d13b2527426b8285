import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { S3Config } from '../../src/config/index.js';
import { eventually } from './eventually.js';
import { freePort } from './ports.js';

const ACCESS_KEY = 'ajuda:helpdesk';
const SECRET_KEY = 'segredo-do-balde';
const STORAGE_SERVERS = ['account', 'container', 'object'] as const;

/**
 * A private OpenStack Swift on loopback with its S3 interface: a real store with real signatures, four processes in the
 * foreground as our children. Debian: swift-proxy swift-account swift-container swift-object.
 */
export class Swift {
  private children: ChildProcess[] = [];
  private readonly storagePorts: number[] = [];

  private constructor(
    private readonly directory: string,
    private readonly port: number,
  ) {}

  static async start(): Promise<Swift> {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'hdsw-'));
    mkdirSync(path.join(directory, 'data/d1'), { recursive: true });
    const swift = new Swift(directory, await freePort());
    await swift.configure();
    try {
      await swift.boot();
    } catch (error) {
      await swift.stop();
      throw error;
    }
    return swift;
  }

  /** As `storage.s3` names it; the bucket is made first. */
  async bucket(name: string, more: Partial<S3Config> = {}): Promise<S3Config> {
    const { S3Client, CreateBucketCommand } = await import('@aws-sdk/client-s3');
    const config = Object.assign(new S3Config(), {
      endpoint: `http://127.0.0.1:${this.port}`,
      bucket: name,
      accessKeyId: ACCESS_KEY,
      secretAccessKey: SECRET_KEY,
      ...more,
    });
    const client = new S3Client({
      endpoint: config.endpoint!,
      region: config.region,
      forcePathStyle: true,
      credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
    });
    await client.send(new CreateBucketCommand({ Bucket: name }));
    client.destroy();
    return config;
  }

  async boot(): Promise<void> {
    for (const server of STORAGE_SERVERS) this.spawn(server);
    // A proxy that finds one of them away leaves it alone for a minute.
    for (const port of this.storagePorts)
      await eventually('Swift’s storage listens', () => listens(port), 60_000);
    this.spawn('proxy');
    await eventually('Swift listens', () => listens(this.port), 60_000);
  }

  private spawn(server: string): void {
    this.children.push(
      spawn(`/usr/bin/swift-${server}-server`, [this.file(`${server}-server.conf`)], {
        env: { ...process.env, SWIFT_DIR: this.directory },
        stdio: ['ignore', 'ignore', 'ignore'],
      }),
    );
  }

  /** The store is away; its files stay, `boot` brings it back. */
  async kill(): Promise<void> {
    const children = this.children.splice(0);
    await Promise.all(
      children.map(
        (child) =>
          new Promise<void>((resolve) => {
            if (child.exitCode !== null) return resolve();
            child.once('exit', () => resolve());
            child.kill('SIGKILL');
          }),
      ),
    );
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async configure(): Promise<void> {
    writeFileSync(
      this.file('swift.conf'),
      '[swift-hash]\nswift_hash_path_prefix = a\nswift_hash_path_suffix = b\n[storage-policy:0]\nname = one\ndefault = yes\n',
    );
    for (const server of STORAGE_SERVERS) {
      const port = await freePort();
      this.storagePorts.push(port);
      const ring = (...args: string[]): void =>
        void execFileSync('/usr/bin/swift-ring-builder', [`${server}.builder`, ...args], {
          cwd: this.directory,
          stdio: 'ignore',
        });
      ring('create', '4', '1', '0');
      ring('add', `r1z1-127.0.0.1:${port}/d1`, '1');
      ring('rebalance');
      writeFileSync(
        this.file(`${server}-server.conf`),
        `${this.common(port)}devices = ${this.file('data')}
mount_check = false
[pipeline:main]
pipeline = ${server}-server
[app:${server}-server]
use = egg:swift#${server}
`,
      );
    }
    writeFileSync(
      this.file('proxy-server.conf'),
      `${this.common(this.port)}[pipeline:main]
pipeline = catch_errors cache listing_formats bulk slo s3api tempauth copy proxy-server
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
error_suppression_limit = 1000000
${['catch_errors', 'listing_formats', 'bulk', 'slo', 'copy'].map((name) => `[filter:${name}]\nuse = egg:swift#${name}\n`).join('')}[filter:cache]
use = egg:swift#memcache
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_${ACCESS_KEY.replace(':', '_')} = ${SECRET_KEY} .admin
`,
    );
  }

  private common(port: number): string {
    return `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = ${os.userInfo().username}
swift_dir = ${this.directory}
log_level = CRITICAL
`;
  }

  private file(name: string): string {
    return path.join(this.directory, name);
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
