import { describe, expect, it } from '@jest/globals';
import { GIVE_UP_AFTER_MS, retryDelayMs } from './back-off.js';

describe('the back-off of a mail', () => {
  it('grows from a minute to four hours for a 4xx', () => {
    const minutes = Array.from({ length: 11 }, (_, index) => retryDelayMs(index + 1, 450) / 60_000);
    expect(minutes).toEqual([1, 2, 5, 10, 20, 40, 80, 160, 240, 240, 240]);
  });

  it('begins in seconds for a network fault', () => {
    expect([1, 2, 3, 4].map((tries) => retryDelayMs(tries, null) / 1_000)).toEqual([
      10, 30, 60, 120,
    ]);
  });

  it('fills five days with a few dozen attempts', () => {
    let tries = 0;
    for (let at = 0; at < GIVE_UP_AFTER_MS; at += retryDelayMs(tries, 451)) tries += 1;
    expect(tries).toBeGreaterThan(30);
    expect(tries).toBeLessThan(50);
  });
});
