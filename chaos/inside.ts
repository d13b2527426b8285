/**
 * Loaded into a process of the product before the product itself (`node --import`): changes built files as they are
 * loaded, moves the clock, and ends or stops the process at a named step. Nothing of this is part of the product.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import type { Patch } from './patches.js';

/** What the laboratory asks of one process, as JSON in HELPDESK_CHAOS. */
export interface Inside {
  readonly patches: readonly Patch[];
  /** Milliseconds by which the clock of the product is off, as text in this file. */
  readonly clockFile: string;
  /** At the n-th passing of this step the process dies as by kill -9, or stops as by SIGSTOP. */
  readonly fault?: {
    readonly point: string;
    readonly nth: number;
    readonly signal: NodeJS.Signals;
  };
  /** Where a fault that happened is written down, a line each, before it happens. */
  readonly faultFile: string;
}

const build = path.resolve(import.meta.dirname, '..');
const wanted = process.env['HELPDESK_CHAOS'];
if (wanted !== undefined) {
  const inside = JSON.parse(wanted) as Inside;
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (!url.startsWith('file:') || loaded.source === undefined || loaded.source === null)
        return loaded;
      const file = path.relative(build, fileURLToPath(url));
      const patches = inside.patches.filter((patch) => patch.file === file);
      if (patches.length === 0) return loaded;
      const source = loaded.source;
      const text =
        typeof source === 'string' ? source : Buffer.from(source as Uint8Array).toString();
      return { ...loaded, source: patches.reduce(patched, text) };
    },
  });
  if (isMainThread) await steer(inside);
}

function patched(text: string, { file, from, to }: Patch): string {
  if (text.split(from).length !== 2) {
    throw new Error(
      `The laboratory no longer fits the product: ${file} has not exactly one «${from}»`,
    );
  }
  return text.replace(from, () => to);
}

async function steer({ clockFile, fault, faultFile }: Inside): Promise<void> {
  const product = (file: string): string => pathToFileURL(path.join(build, file)).href;
  const { SystemClock } = (await import(
    product('src/platform/clock.js')
  )) as typeof import('../src/platform/clock.js');
  const { listenToFaultPoints } = (await import(
    product('src/platform/fault-points.js')
  )) as typeof import('../src/platform/fault-points.js');
  SystemClock.prototype.now = () => new Date(Date.now() + Number(readFileSync(clockFile, 'utf8')));
  if (fault === undefined) return;
  let passed = 0;
  listenToFaultPoints((point) => {
    if (point !== fault.point) return;
    passed += 1;
    if (passed !== fault.nth) return;
    appendFileSync(faultFile, `${point}\n`);
    process.kill(process.pid, fault.signal);
  });
}
