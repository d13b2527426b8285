/**
 * Builds dist/ when the sources are not the ones it was built from. Runs before every command, on any Node that npm
 * starts (20.19 and up); several at once build once. Where the tools to build are missing, an existing build is used.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const dist = path.join(root, 'dist');
const stamp = path.join(dist, '.built-from');
const lock = path.join(root, 'node_modules/.helpdesk-build.lock');
const LOCK_IS_STALE_AFTER_MS = 120_000;
const POLL_MS = 100;

/** One hash over everything that goes into the build. */
function sourcesHash() {
  const hash = createHash('sha256');
  const add = (relative) => {
    const full = path.join(root, relative);
    if (!existsSync(full)) return;
    if (statSync(full).isDirectory()) {
      for (const name of readdirSync(full).sort()) add(path.join(relative, name));
    } else if (/\.(ts|json|swcrc)$/.test(relative) && !relative.endsWith('.spec.ts')) {
      hash.update(relative).update('\0').update(readFileSync(full)).update('\0');
    }
  };
  for (const name of [
    'src',
    'bench',
    'chaos',
    'test/support',
    'test/corpus',
    '.swcrc',
    'package.json',
  ])
    add(name);
  return hash.digest('hex');
}

function isCurrent(hash) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
}

/** mkdir is atomic: one process gets in. A lock older than two minutes was left by a process that died. */
function withLock(work) {
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') return work(); // node_modules is not writable: build without company
      const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
      if (age > LOCK_IS_STALE_AFTER_MS) rmSync(lock, { recursive: true, force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS);
    }
  }
  try {
    return work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function build(hash) {
  if (isCurrent(hash)) return; // another process has done it while we waited
  const built = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, encoding: 'utf8' });
  if (built.status === 0) {
    mkdirSync(dist, { recursive: true });
    writeFileSync(stamp, hash);
    return;
  }
  const why = `${built.stderr ?? ''}${built.stdout ?? ''}`.trim() || built.error?.message;
  // `npm ci --omit=dev`: the image or package brought its own build.
  const noTools = !existsSync(path.join(root, 'node_modules/@swc/cli'));
  if (noTools && existsSync(path.join(dist, 'src/main.js'))) return;
  process.stderr.write(
    noTools
      ? 'The helpdesk is not built and the tools to build it are missing: run npm ci (without --omit=dev).\n'
      : `The build failed:\n${why}\n`,
  );
  process.exit(1);
}

/** npm brings Node for Linux with glibc; elsewhere the machine's own must be new enough. */
function checkNode() {
  const bundled = ['x64', 'arm64'].some((arch) =>
    existsSync(path.join(root, `node_modules/node-linux-${arch}/bin/node`)),
  );
  const major = Number(process.versions.node.split('.')[0]);
  if (bundled || major >= 26) return;
  process.stderr.write(
    `This machine (${process.platform}-${process.arch}) has Node ${process.versions.node} and npm brings none for it: install Node 26 or newer and set DATABASE_URL to a PostgreSQL server.\n`,
  );
  process.exit(2);
}

checkNode();
const hash = sourcesHash();
if (!isCurrent(hash)) withLock(() => build(hash));
