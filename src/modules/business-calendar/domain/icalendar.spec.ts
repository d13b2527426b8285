import { describe, expect, it } from '@jest/globals';
import { ICalendarError, importedDays } from './icalendar.js';

const event = (...lines: string[]): string =>
  ['BEGIN:VEVENT', 'DTSTAMP:20260101T000000Z', ...lines, 'END:VEVENT'].join('\r\n');
const calendar = (...events: string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//spec//', ...events, 'END:VCALENDAR', ''].join(
    '\r\n',
  );
const days = (text: string, untilYear = 2028): string[] =>
  importedDays(text, untilYear).map(({ date, name }) => `${date} ${name}`);

describe('days off from iCalendar (RFC 5545)', () => {
  it('D16: a single day, a span of days, and a day without an end', () => {
    const text = calendar(
      event('UID:1', 'DTSTART;VALUE=DATE:20261228', 'DTEND;VALUE=DATE:20261231', 'SUMMARY:Recesso'),
      event('UID:2', 'DTSTART;VALUE=DATE:20260309', 'SUMMARY:Aniversário\\, cidade'),
    );
    expect(days(text)).toEqual([
      '2026-03-09 Aniversário, cidade',
      '2026-12-28 Recesso',
      '2026-12-29 Recesso',
      '2026-12-30 Recesso',
    ]);
  });

  it('every year up to the horizon, with an exception and a moved occurrence', () => {
    const text = calendar(
      event(
        'UID:1',
        'DTSTART;VALUE=DATE:20250309',
        'RRULE:FREQ=YEARLY',
        'EXDATE;VALUE=DATE:20260309',
        'SUMMARY:Cidade',
      ),
      event(
        'UID:1',
        'RECURRENCE-ID;VALUE=DATE:20270309',
        'DTSTART;VALUE=DATE:20270308',
        'SUMMARY:Cidade (antecipado)',
      ),
    );
    expect(days(text)).toEqual([
      '2025-03-09 Cidade',
      '2027-03-08 Cidade (antecipado)',
      '2028-03-09 Cidade',
    ]);
  });

  it('the third Monday of October, and additional dates', () => {
    const text = calendar(
      event(
        'UID:1',
        'DTSTART;VALUE=DATE:20261019',
        'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=3MO;COUNT=2',
        'SUMMARY:Comércio',
      ),
      event('UID:2', 'DTSTART;VALUE=DATE:20260105', 'RDATE;VALUE=DATE:20260202', 'SUMMARY:Balanço'),
    );
    expect(days(text)).toEqual([
      '2026-01-05 Balanço',
      '2026-02-02 Balanço',
      '2026-10-19 Comércio',
      '2027-10-18 Comércio',
    ]);
  });

  it('events with a time of day, cancelled ones and years before 2003 are passed over', () => {
    const text = calendar(
      event('UID:1', 'DTSTART:20260309T120000Z', 'DTEND:20260309T130000Z', 'SUMMARY:Reunião'),
      event('UID:2', 'DTSTART;VALUE=DATE:20260310', 'STATUS:CANCELLED', 'SUMMARY:Nada'),
      event('UID:3', 'DTSTART;VALUE=DATE:20010310', 'SUMMARY:Antes'),
    );
    expect(days(text)).toEqual([]);
  });

  it.each([
    ['a web page', '<!doctype html><title>login</title>'],
    ['nothing', ''],
    ['another component', 'BEGIN:VCARD\r\nVERSION:4.0\r\nEND:VCARD\r\n'],
    [
      'an event of a year',
      calendar(
        event('UID:1', 'DTSTART;VALUE=DATE:20260101', 'DTEND;VALUE=DATE:20270101', 'SUMMARY:x'),
      ),
    ],
    [
      'a rule by the second',
      calendar(event('UID:1', 'DTSTART;VALUE=DATE:20260101', 'RRULE:FREQ=SECONDLY', 'SUMMARY:x')),
    ],
    [
      'every day for ever',
      calendar(event('UID:1', 'DTSTART;VALUE=DATE:20260101', 'RRULE:FREQ=DAILY', 'SUMMARY:x')),
    ],
  ])('%s is refused', (_name, text) => {
    expect(() => importedDays(text, 2199)).toThrow(ICalendarError);
  });
});
