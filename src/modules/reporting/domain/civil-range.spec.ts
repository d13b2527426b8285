import { describe, expect, it } from '@jest/globals';
import { civilRange } from './civil-range.js';

const ZONE = 'America/Sao_Paulo';
/** Thursday 5 November 2026, 23:30 in São Paulo: already the 6th in UTC. */
const NOW = new Date('2026-11-06T02:30:00Z');

describe('the days of a report', () => {
  it('D15: are the zone’s own: from its midnight to its midnight', () => {
    expect(civilRange({ from: '2026-11-02', to: '2026-11-04' }, ZONE, NOW)).toEqual({
      kind: 'range',
      from: '2026-11-02',
      to: '2026-11-04',
      start: new Date('2026-11-02T03:00:00Z'),
      end: new Date('2026-11-05T03:00:00Z'),
      // Monday, Tuesday, Wednesday.
      weekdays: [1, 1, 1, 0, 0, 0, 0],
    });
  });

  it('without words are the last thirty, today included', () => {
    expect(civilRange({}, ZONE, NOW)).toMatchObject({ from: '2026-10-07', to: '2026-11-05' });
  });

  it('begin at one o’clock where summer time skipped midnight', () => {
    // 4 November 2018, São Paulo: 00:00 did not exist.
    expect(civilRange({ from: '2018-11-04', to: '2018-11-04' }, ZONE, NOW)).toMatchObject({
      start: new Date('2018-11-04T03:00:00Z'),
      end: new Date('2018-11-05T02:00:00Z'),
    });
  });

  it('count their weekdays: November 2026 begins on a Sunday and has thirty days', () => {
    expect(civilRange({ from: '2026-11-01', to: '2026-11-30' }, ZONE, NOW)).toMatchObject({
      weekdays: [5, 4, 4, 4, 4, 4, 5],
    });
  });

  it.each([
    [{ from: '2026-11-31' }, 'from', 'no_date'],
    [{ from: '2026-02-29', to: '2026-03-01' }, 'from', 'no_date'],
    [{ to: '05/11/2026' }, 'to', 'no_date'],
    [{ from: '2026-11-05', to: '2026-11-04' }, 'to', 'reversed'],
    // 1 January 2025 to 4 February 2026 are 365 + 31 + 4 = 400 days; one more is too many.
    [{ from: '2025-01-01', to: '2026-02-05' }, 'to', 'too_long'],
  ])('refuse %j', (said, path, reason) => {
    expect(civilRange(said, ZONE, NOW)).toEqual({ kind: 'wrong', path, reason });
  });

  it('are at most 400', () => {
    expect(civilRange({ from: '2025-01-01', to: '2026-02-04' }, ZONE, NOW).kind).toBe('range');
  });
});
