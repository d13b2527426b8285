import { describe, expect, it } from '@jest/globals';
import { backoffMs } from './backoff.js';

describe('back-off of a mailbox', () => {
  const cases: [number, number, number][] = [
    [1, 0, 500],
    [1, 1, 1_000],
    [2, 1, 2_000],
    [5, 0, 8_000],
    [9, 1, 256_000],
    [10, 1, 300_000],
    [1_000, 0, 150_000],
  ];
  it.each(cases)('after %d failures with jitter %d: %d ms', (failures, random, expected) => {
    expect(backoffMs(failures, random)).toBe(expected);
  });
});
