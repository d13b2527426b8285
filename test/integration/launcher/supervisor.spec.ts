import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Supervisor } from '../../../src/launcher/supervisor.js';
import { eventually } from '../../support/eventually.js';

/** The end of a child that has nothing left to do but wait for its end. */
const STAY = 'setInterval(() => {}, 1000);';

describe('the supervisor', () => {
  let directory: string;
  let diary: string;

  beforeEach(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'hdsup-'));
    diary = path.join(directory, 'diary');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  /** A supervisor of a child with this code; every start writes a line into the diary, once SIGTERM is heard. */
  const supervise = (code: string, onSigterm = 'process.exit(0)'): Supervisor => {
    const module = path.join(directory, 'child.mjs');
    writeFileSync(
      module,
      `import { appendFileSync, existsSync, readFileSync } from 'node:fs';
       const write = (line) => appendFileSync(process.env.DIARY, line + '\\n');
       process.on('SIGTERM', () => { ${onSigterm}; });
       write('start ' + process.pid);
       ${code}`,
    );
    return new Supervisor({
      module,
      env: () => ({ ...process.env, DIARY: diary }),
      firstBackoffMs: 10,
    });
  };
  const lines = (): string[] =>
    existsSync(diary) ? readFileSync(diary, 'utf8').trim().split('\n') : [];

  it('starts a child again that ends by itself, and ends with 0 when asked to stop', async () => {
    const supervisor = supervise(
      `if (readFileSync(process.env.DIARY, 'utf8').split('start').length < 4) process.exit(1);
       ${STAY}`,
    );
    const ended = supervisor.run();
    await eventually('the third child stays', () => lines().length === 3);
    supervisor.stop();
    expect(await ended).toBe(0);
    expect(lines()).toHaveLength(3);
  });

  it('starts a child again that was killed', async () => {
    const supervisor = supervise(STAY);
    const ended = supervisor.run();
    await eventually('the child is there', () => lines().length === 1);
    process.kill(Number(lines()[0]!.split(' ')[1]), 'SIGKILL');
    await eventually('there is a new child', () => lines().length === 2);
    supervisor.stop();
    expect(await ended).toBe(0);
  });

  it('passes on that the operator has to act (exit code 2), without a second try', async () => {
    expect(await supervise('process.exit(2);').run()).toBe(2);
    expect(lines()).toHaveLength(1);
  });

  it('lets the child finish what it holds', async () => {
    const released = `${diary}.released`;
    const supervisor = supervise(
      STAY,
      `write('asked');
       setInterval(() => {
         if (!existsSync('${released}')) return;
         write('handed back');
         process.exit(0);
       }, 5)`,
    );
    const ended = supervisor.run();
    await eventually('the child is there', () => lines().length === 1);
    supervisor.stop();
    supervisor.stop();
    await eventually('the child is asked to stop', () => lines().length === 2);
    writeFileSync(released, '');
    expect(await ended).toBe(0);
    expect(lines().slice(1)).toEqual(['asked', 'handed back']);
  });

  it('kills a child that does not stop', async () => {
    const supervisor = supervise(STAY, '');
    const ended = supervisor.run();
    await eventually('the child is there', () => lines().length === 1);
    supervisor.stop();
    expect(await ended).toBe(1);
  });
});
