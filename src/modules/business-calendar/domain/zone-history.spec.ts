import { describe, expect, it } from '@jest/globals';
import { ZoneOffsets } from './zone-offsets.js';

/** Summer time of São Paulo as the decrees had it (Decreto 6.558/2008 and those before; ended by Decreto 9.772/2019). */
const SUMMERS = [
  ['2003-10-19', '2004-02-15'],
  ['2004-11-02', '2005-02-20'],
  ['2005-10-16', '2006-02-19'],
  ['2006-11-05', '2007-02-25'],
  ['2007-10-14', '2008-02-17'],
  ['2008-10-19', '2009-02-15'],
  ['2009-10-18', '2010-02-21'],
  ['2010-10-17', '2011-02-20'],
  ['2011-10-16', '2012-02-26'],
  ['2012-10-21', '2013-02-17'],
  ['2013-10-20', '2014-02-16'],
  ['2014-10-19', '2015-02-22'],
  ['2015-10-18', '2016-02-21'],
  ['2016-10-16', '2017-02-19'],
  ['2017-10-15', '2018-02-18'],
  ['2018-11-04', '2019-02-17'],
] as const;

const hoursAt = (zone: string, instant: string): number =>
  ZoneOffsets.of(zone).offsetAt(Date.parse(instant)) / 3_600_000;

describe('the history of clocks', () => {
  it.each(SUMMERS)('D16: São Paulo, summer time from %s to %s, at midnight', (begins, ends) => {
    // It began at 00:00 (then 01:00) and ended at 00:00 (then 23:00 of the day before).
    const zone = 'America/Sao_Paulo';
    const begin = Date.parse(`${begins}T03:00:00Z`);
    const end = Date.parse(`${ends}T02:00:00Z`);
    const offsets = ZoneOffsets.of(zone);
    expect([begin - 1, begin, end - 1, end].map((at) => offsets.offsetAt(at) / 3_600_000)).toEqual([
      -3, -2, -2, -3,
    ]);
    // The hour after midnight of the first day does not exist; the last hour before midnight of the end comes twice.
    const midnight = Date.parse(`${begins}T00:00:00Z`);
    expect(offsets.segmentsOf(midnight, midnight + 3_600_000)).toEqual([]);
    const lastHour = Date.parse(`${ends}T00:00:00Z`) - 3_600_000;
    const [twice] = offsets.segmentsOf(lastHour, lastHour + 3_600_000);
    expect((twice!.to - twice!.from) / 3_600_000).toBe(2);
  });

  it('D16: no summer time since 2019, and none to come', () => {
    for (const year of [2019, 2020, 2026, 2100, 2199])
      expect(hoursAt('America/Sao_Paulo', `${year}-12-25T12:00:00Z`)).toBe(-3);
  });

  it.each([
    // Acre: UTC-5 until June 2008, UTC-4 until November 2013, UTC-5 again (Leis 11.662/2008 and 12.876/2013).
    [
      'America/Rio_Branco',
      [
        ['2008-06-23', -5],
        ['2008-06-24', -4],
        ['2013-11-09', -4],
        ['2013-11-10', -5],
      ],
    ],
    // Manaus keeps its hour; Noronha lies before São Paulo.
    [
      'America/Manaus',
      [
        ['2010-01-15', -4],
        ['2026-01-15', -4],
      ],
    ],
    ['America/Noronha', [['2026-01-15', -2]]],
    // Lisbon by the rules of the Union, Lord Howe by half an hour, Samoa over the date line.
    [
      'Europe/Lisbon',
      [
        ['2026-03-29', 1],
        ['2026-03-28', 0],
        ['2026-10-26', 0],
      ],
    ],
    [
      'Australia/Lord_Howe',
      [
        ['2026-01-15', 11],
        ['2026-07-15', 10.5],
      ],
    ],
    [
      'Pacific/Apia',
      [
        ['2011-12-29', -10],
        ['2011-12-31', 14],
      ],
    ],
  ] as const)('%s', (zone, days) => {
    for (const [date, hours] of days)
      expect([date, hoursAt(zone, `${date}T12:00:00Z`)]).toEqual([date, hours]);
  });
});
