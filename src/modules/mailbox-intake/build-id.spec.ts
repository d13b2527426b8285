import { describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { hashOf, intakeBuildId } from './build-id.js';

describe('the build of the intake', () => {
  it('is another one when a file or a library changes, not when a spec does', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'build-'));
    const write = (name: string, text: string): void =>
      writeFileSync(path.join(folder, name), text);
    mkdirSync(path.join(folder, 'parser'));
    write('package.json', '{"version":"1","dependencies":{"a":"1"}}');
    write('parser/read.js', 'one');
    const first = hashOf(folder);
    write('parser/read.spec.ts', 'a spec');
    write('package.json', '{"version":"2","dependencies":{"a":"1"}}');
    expect(hashOf(folder)).toBe(first);
    write('parser/read.js', 'two');
    const second = hashOf(folder);
    write('package.json', '{"dependencies":{"a":"2"}}');
    expect(new Set([first, second, hashOf(folder)]).size).toBe(3);
    rmSync(folder, { recursive: true });
  });

  it('is the same for the whole life of a process', () => {
    expect(intakeBuildId()).toMatch(/^[0-9a-f]{16}$/);
    expect(intakeBuildId()).toBe(intakeBuildId());
  });
});
