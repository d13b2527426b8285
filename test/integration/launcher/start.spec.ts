import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { keepOutput } from '../../support/kept-output.js';

const START = path.resolve(import.meta.dirname, '../../../dist/src/launcher/start.js');
const CONFIGURATION = `company: { name: Empresa de Teste }
http: { publicUrl: http://127.0.0.1:3000, cookies: { secure: false } }
mailboxes:
  suporte:
    address: suporte@hd.test
    queue: suporte
    imap: { host: 127.0.0.1, tls: none, password: '\${MAIL_PASSWORD}' }
    smtp: { host: 127.0.0.1, tls: none }
`;

describe('npm start, when the operator has to act: one sentence, exit code 2', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'hdstart-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const start = (
    env: Record<string, string>,
  ): Promise<{ code: number | null; stderr: string; stdout: string }> => {
    const child = spawn(process.execPath, [START], {
      cwd: directory,
      env: { PATH: process.env['PATH'], HOME: directory, MAIL_PASSWORD: 'x', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    let stdout = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    return new Promise((resolve) =>
      child.once('close', (code) => {
        keepOutput('start', stderr + stdout);
        resolve({ code, stderr, stdout });
      }),
    );
  };

  it('without a configuration: what to do, and the demo', async () => {
    const { code, stderr } = await start({});
    expect(code).toBe(2);
    expect(stderr).toContain('npm run demo');
    expect(stderr).toContain('helpdesk.example.yaml');
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('reports problems of variables and file together', async () => {
    writeFileSync(
      path.join(directory, 'helpdesk.yaml'),
      CONFIGURATION.replace('queue: suporte', 'queue: x'),
    );
    const { code, stderr } = await start({ PORT: 'abc', HELPDESK_ROLE: 'boss' });
    expect(code).toBe(2);
    for (const path of ['PORT', 'HELPDESK_ROLE', 'mailboxes.suporte.queue']) {
      expect(stderr).toContain(path);
    }
  });

  it('names PORT where the port is taken, before anything is started', async () => {
    writeFileSync(path.join(directory, 'helpdesk.yaml'), CONFIGURATION);
    const taker = net.createServer();
    await new Promise<void>((resolve) => taker.listen(0, '127.0.0.1', resolve));
    const { port } = taker.address() as net.AddressInfo;
    const { code, stderr } = await start({
      PORT: String(port),
      DATABASE_URL: 'postgres://x@127.0.0.1:1/x',
    });
    taker.close();
    expect(code).toBe(2);
    expect(stderr).toContain(`Port ${port} is already in use`);
    expect(stderr).toContain('set PORT');
  });

  it('says that the database cannot be reached, without its password', async () => {
    writeFileSync(path.join(directory, 'helpdesk.yaml'), CONFIGURATION);
    const { code, stderr, stdout } = await start({
      PORT: '39127',
      DATABASE_URL: 'postgres://helpdesk:s3gredo@127.0.0.1:1/helpdesk',
    });
    expect(code).toBe(2);
    expect(stderr).toContain('The database behind DATABASE_URL cannot be reached');
    expect(stderr + stdout).not.toContain('s3gredo');
  });
});
