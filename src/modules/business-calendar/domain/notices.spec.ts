import { describe, expect, it } from '@jest/globals';
import ICAL from 'ical.js';
import { CalendarConfig } from '../../../config/index.js';
import { businessCalendar } from './business-calendar.js';
import { calendarFeed } from './calendar-feed.js';
import { importedDays } from './icalendar.js';
import { noticesOn } from './notices.js';
import { resolveDefinition } from './resolve-definition.js';

const config = Object.assign(new CalendarConfig(), {
  specialDays: [
    {
      date: '--12-24',
      name: 'Véspera de Natal',
      closed: false,
      intervals: [{ from: '09:00', to: '12:00' }],
      announceDays: 7,
    },
    { date: '2027-01-04', name: 'Balanço', closed: true, intervals: [], announceDays: 10 },
  ],
  notices: [{ from: '2026-12-15', until: '2026-12-24', text: 'Fecharemos dia 24 às 12h.' }],
});
const calendar = businessCalendar(resolveDefinition(config));
const texts = (day: string): string[] =>
  noticesOn(config, calendar, new Date(`${day}T12:00:00-03:00`)).map(({ text }) => text);

describe('notices', () => {
  it('D16: what the operator wrote is told from its first to its last day, in the calendar’s zone', () => {
    expect(texts('2026-12-14')).toEqual([]);
    expect(texts('2026-12-15')).toEqual(['Fecharemos dia 24 às 12h.']);
    const lateAtNight = new Date('2026-12-25T02:59:00Z');
    expect(noticesOn(config, calendar, lateAtNight).map(({ text }) => text)).toContain(
      'Fecharemos dia 24 às 12h.',
    );
    expect(texts('2026-12-25')).not.toContain('Fecharemos dia 24 às 12h.');
  });

  it('D16: special days are announced so many days before, over the end of a year too', () => {
    expect(texts('2026-12-17')).toContain(
      'Na quinta-feira, 24 de dezembro de 2026 (Véspera de Natal), atenderemos das 09:00 às 12:00.',
    );
    expect(texts('2026-12-16')).toHaveLength(1);
    expect(texts('2026-12-26')).toEqual([
      'Na segunda-feira, 4 de janeiro de 2027 (Balanço), não haverá atendimento.',
    ]);
  });

  it('a day of every year that falls on a weekend is not announced', () => {
    // 24 December 2028 is a Sunday.
    expect(texts('2028-12-20')).toEqual([]);
  });
});

describe('the feed for calendar programs', () => {
  const feed = calendarFeed(calendar, {
    name: 'default',
    companyName: 'Empresa',
    now: new Date('2026-11-22T12:00:00Z'),
  });

  it('holds four years of days off and other hours, each a day of its own with a lasting UID', () => {
    const events = new ICAL.Component(ICAL.parse(feed)).getAllSubcomponents('vevent');
    const bySummary = (start: string): unknown =>
      events
        .find((one) => String(one.getFirstPropertyValue('dtstart')) === start)
        ?.getFirstPropertyValue('summary');
    expect(bySummary('2026-11-20')).toBe('Sem atendimento: feriado, Consciência Negra');
    expect(bySummary('2026-12-24')).toBe('Atendimento das 09:00 às 12:00: Véspera de Natal');
    expect(bySummary('2027-02-09')).toBe(
      'Sem atendimento: ponto facultativo, Terça-feira de Carnaval',
    );
    // A holiday on a weekend changes nothing.
    expect(bySummary('2026-11-15')).toBeUndefined();
    const uids = events.map((one) => one.getFirstPropertyValue('uid'));
    expect(new Set(uids).size).toBe(uids.length);
  });

  it('keeps to the lines of RFC 5545 and reads back as the same days', () => {
    expect(feed.split('\r\n').every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
    expect(importedDays(feed, 2199).map(({ date }) => date)).toContain('2025-12-25');
  });
});
