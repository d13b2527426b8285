import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runChunk, type CaseKind } from '../../../../test/support/oracle/cases.js';
import type { NaiveDefinition } from '../../../../test/support/oracle/naive.js';
import { CalendarConfig } from '../../../config/index.js';
import { businessCalendar } from './business-calendar.js';
import { addBusinessDays, type CountingVariant } from './business-days.js';
import { addBusinessMinutes } from './business-time.js';
import { resolveDefinition } from './resolve-definition.js';
import { rfc3339 } from './rfc3339.js';

/** A seed of its own: `npm run oracle` covers a million cases with another one. */
const SEED = 7_121_980;

const chunks = (kind: CaseKind, cases: number, size: number): number =>
  Array.from({ length: cases / size }, (_, chunk) => runChunk(kind, SEED, chunk, size)).flat()
    .length;

describe('against a naive calculation that shares neither code nor holidays', () => {
  it('D15: 18,000 counts of business days agree with a walk from day to day', () => {
    expect(chunks('business-days', 18_000, 3_000)).toBe(0);
  });

  it('D16: 2,000 counts of business time, pauses included, agree with a walk from minute to minute', () => {
    expect(chunks('business-time', 2_000, 500)).toBe(0);
  });

  it.each<[string, CaseKind, (definition: NaiveDefinition) => NaiveDefinition]>([
    [
      'a forgotten day of a year',
      'business-days',
      (one) => ({ ...one, corpusChristi: !one.corpusChristi }),
    ],
    ['an hour of the clock', 'business-time', (one) => ({ ...one, zone: 'Etc/GMT+9' })],
    [
      'a break that is worked through',
      'business-time',
      (one) => ({
        ...one,
        week: one.week.map((day) =>
          day.length > 1 ? [[day[0]![0], day.at(-1)![1]] as const] : [['10:00', '11:00'] as const],
        ),
      }),
    ],
  ])('sees %s', (_name, kind, plant) => {
    const found = [0, 1, 2, 3].flatMap((chunk) => runChunk(kind, SEED, chunk, 50, plant));
    expect(found.length).toBeGreaterThan(0);
  });
});

/** Rows of the tables in docs/deadline-cases.md, by the heading above them. */
function table(heading: string): string[][] {
  const file = path.resolve(import.meta.dirname, '../../../../docs/deadline-cases.md');
  const [, section = ''] = readFileSync(file, 'utf8').split(`\n## ${heading}`);
  const [body = ''] = section.split('\n## ');
  return body
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (received|-)/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const zone = 'America/Sao_Paulo';
const calendarOf = (changes: Partial<CalendarConfig> = {}) =>
  businessCalendar(resolveDefinition(Object.assign(new CalendarConfig(), changes)));
const usual = calendarOf();
const lunch = (['mon', 'tue', 'wed', 'thu', 'fri'] as const).map(
  (day) =>
    [
      day,
      [
        { from: '09:00', to: '12:00' },
        { from: '13:30', to: '18:00' },
      ],
    ] as const,
);
const withBreak = calendarOf({ hours: Object.fromEntries(lunch) });

const at = (local: string): Date =>
  new Date(
    Temporal.PlainDateTime.from(local.replace(' ', 'T')).toZonedDateTime(zone).epochMilliseconds,
  );
const localOf = (instant: Date): string => rfc3339(instant, zone).slice(0, 16).replace('T', ' ');
/** "Fri 2026-11-20 19:40" without its weekday, which is checked too. */
function read(cell: string): string {
  const [weekday, date, time] = cell.split(' ') as [string, string, string];
  const names = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
  expect([cell, names[new Date(`${date}T00:00:00Z`).getUTCDay()]]).toEqual([cell, weekday]);
  return `${date} ${time}`;
}

describe('the cases that a person counted with a wall calendar (docs/deadline-cases.md)', () => {
  it.each<[string, CountingVariant]>([
    ['Business days', 'civil'],
    ['Received after hours counts as the next day', 'after_hours_next_day'],
  ])('D15: %s', (heading, variant) => {
    const rows = table(heading);
    expect(rows.length).toBeGreaterThanOrEqual(variant === 'civil' ? 40 : 6);
    for (const [received = '', days = '', due = ''] of rows) {
      const counted = addBusinessDays(usual, at(read(received)), Number(days), variant);
      expect([received, days, localOf(counted.dueAt)]).toEqual([received, days, read(due)]);
    }
  });

  it('D16: Business time', () => {
    const rows = table('Business time');
    expect(rows.length).toBeGreaterThanOrEqual(12);
    for (const [received = '', minutes = '', due = ''] of rows) {
      const counted = addBusinessMinutes(withBreak, at(read(received)), Number(minutes));
      expect([received, minutes, localOf(counted)]).toEqual([received, minutes, read(due)]);
    }
  });
});
