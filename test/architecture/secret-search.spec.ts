import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import PlainReporter from '../support/plain-reporter.mjs';
import { findSecrets } from '../support/secret-search.mjs';

const TOKEN = 'kJ3-x_9aPq27LmZ0tYvB8cWd5eRfGh1i';

describe('the search for secrets in what a test run logged', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'hdsecrets-'));
    writeFileSync(
      path.join(folder, '1.secrets'),
      `${JSON.stringify({ name: 'bearer token', value: TOKEN })}\n${JSON.stringify({ name: 'session cookie', value: 'a b"c/ção longo' })}\n`,
    );
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const found = (text: string): { secret: string; line: number }[] => {
    writeFileSync(path.join(folder, 'jest.1.log'), text);
    return findSecrets(folder).map(({ secret, line }) => ({ secret, line }));
  };

  it('finds nothing in clean output, in short and in empty files', () => {
    expect(
      found(`{"level":"info","msg":"request","token":"[removed]"}\n${TOKEN.slice(1)}`),
    ).toEqual([]);
    expect(found('')).toEqual([]);
    expect(found('abc')).toEqual([]);
  });

  it.each([
    ['as it is', `one\ntwo ${TOKEN}!`, 'bearer token', 2],
    ['at the very beginning', TOKEN, 'bearer token', 1],
    ['at the very end', `x\n\n${TOKEN}`, 'bearer token', 3],
    ['twice, told once', `${TOKEN}\n${TOKEN}`, 'bearer token', 1],
    ['in a URL', `GET /x?t=${encodeURIComponent('a b"c/ção longo')}`, 'session cookie', 1],
    ['in JSON', JSON.stringify({ x: 'a b"c/ção longo' }), 'session cookie', 1],
    ['in base64', `AUTH ${Buffer.from(`${TOKEN}tail`).toString('base64')}`, 'bearer token', 1],
    ['that stands in the sources of tests', 'user x, password segredo', 'mail password', 1],
  ])('finds a secret %s', (_, text, secret, line) => {
    expect(found(text)).toEqual([{ secret, line }]);
  });

  it('goes through megabytes with thousands of secrets in a moment', () => {
    writeFileSync(
      path.join(folder, '2.secrets'),
      Array.from({ length: 5_000 }, (_, at) =>
        JSON.stringify({ name: `token ${at}`, value: `${at}-${TOKEN}` }),
      ).join('\n'),
    );
    const began = performance.now();
    const line = '{"level":"info","component":"http","msg":"request","durationMs":12}\n';
    expect(
      found(`${line.repeat(50_000)}77-${TOKEN}\n`)
        .map((one) => one.secret)
        .sort(),
    ).toEqual(['bearer token', 'token 77', 'token 7'].sort());
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('a secret in a log makes the run fail, and the file is kept; a clean folder is removed', () => {
    const run = (): PlainReporter => {
      const reporter = new PlainReporter(null, {
        leftOut: [],
        output: folder,
        print: () => undefined,
      });
      reporter.onRunComplete(new Set(), {
        numFailedTests: 0,
        numRuntimeErrorTestSuites: 0,
        numPassedTests: 1,
        numPendingTests: 0,
      });
      return reporter;
    };
    writeFileSync(path.join(folder, 'product.1.log'), `Bearer ${TOKEN}\n`);
    expect(run().getLastError()?.message).toContain('1 secret');
    expect(existsSync(folder)).toBe(true);
    writeFileSync(path.join(folder, 'product.1.log'), 'clean\n');
    expect(run().getLastError()).toBeUndefined();
    expect(existsSync(folder)).toBe(false);
  });
});
