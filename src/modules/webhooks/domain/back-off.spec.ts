import { describe, expect, it } from '@jest/globals';
import { GIVE_UP_AFTER_MS, nextAttemptAt } from './back-off.js';

const CREATED = new Date('2026-11-09T12:00:00.000Z');
const GIVE_UP = new Date(CREATED.getTime() + GIVE_UP_AFTER_MS);
const MINUTE_MS = 60_000;

describe('the next attempt', () => {
  it('comes after a minute, then later and later, and ends within three days', () => {
    const pauses: number[] = [];
    let now = CREATED;
    for (let attempt = 1; ; attempt += 1) {
      const next = nextAttemptAt(attempt, GIVE_UP, now);
      if (next === null) break;
      pauses.push((next.getTime() - now.getTime()) / MINUTE_MS);
      now = next;
    }
    expect(pauses.slice(0, 7)).toEqual([1, 5, 15, 60, 180, 360, 720]);
    expect(pauses.slice(7).every((pause) => pause === 720)).toBe(true);
    expect(now.getTime() - CREATED.getTime()).toBeLessThanOrEqual(GIVE_UP_AFTER_MS);
    expect(now.getTime() - CREATED.getTime()).toBeGreaterThan(GIVE_UP_AFTER_MS / 2);
  });

  it('heeds what the receiver asks for, up to the longest pause', () => {
    const after = (retryAfterMs: number): number =>
      (nextAttemptAt(1, GIVE_UP, CREATED, retryAfterMs)!.getTime() - CREATED.getTime()) / MINUTE_MS;
    expect(after(10 * MINUTE_MS)).toBe(10);
    expect(after(1)).toBe(1);
    expect(after(10_000 * MINUTE_MS)).toBe(720);
  });

  it('is made once also for what waited longer than three days', () => {
    const late = new Date(CREATED.getTime() + 2 * GIVE_UP_AFTER_MS);
    expect(nextAttemptAt(1, GIVE_UP, late)).toBeNull();
  });
});
