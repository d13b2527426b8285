import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { CHECKOUT } from '../support/product.js';

/** The gate: the scorer itself, on the folder that the runner has found. */
const FOLDER = process.env['MAIL_CORPUS'] ?? path.join(CHECKOUT, '../shared/corpus');

interface Scored {
  readonly messages: number;
  readonly goals: readonly { name: string; reached: boolean; value: string; wanted: string }[];
}

function run(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(CHECKOUT, 'dist/test/corpus/main.js'), FOLDER, ...args],
    {
      cwd: CHECKOUT,
      env: { ...process.env, DATABASE_URL: process.env['HELPDESK_TEST_SERVER'] },
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
    },
  );
  return { status, output: status === 0 ? stdout : stdout + stderr };
}

describe('real mail', () => {
  it('D22: is read to the figures, without an exception, unaccounted messages or changed bytes', () => {
    const { status, output } = run('--json');
    if (status !== 0) throw new Error(output.slice(-4_000));
    const end = output.trimEnd().lastIndexOf('\n');
    expect(output.trimEnd().slice(end + 1)).toMatch(
      /^corpus: \d+ messages, 0 exceptions, 0 unaccounted, \d+ quarantined, 0 bytes differing, slowest [\d.]+ s$/,
    );
    const scored = JSON.parse(output.slice(0, end)) as Scored;
    expect(scored.messages).toBeGreaterThan(0);
    expect(scored.goals.filter(({ reached }) => !reached)).toEqual([]);
  }, 180_000);

  it('D22: damaged messages throw nothing, hold no NUL and are accounted for', () => {
    const { output } = run('--mutants', '1200', '--seed', '7');
    expect(output.trimEnd().split('\n').at(-1)).toMatch(
      /^mutants: 1200 messages, 0 exceptions, 0 with NUL, \d+ given up, 48 stored, 0 unaccounted, 0 bytes differing, slowest [\d.]+ s$/,
    );
  }, 120_000);
});
