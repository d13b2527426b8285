import { describe, expect, it } from '@jest/globals';
import type { HelpdeskConfig } from '../../../config/index.js';
import { isExactClue, redirectsNow } from './redirect.js';
import { serviceHoursInWords } from './service-hours-in-words.js';

const config = {
  mailboxes: {
    suporte: { queue: 'suporte', retired: false, redirectAutomatically: true },
    contapj: { queue: 'suporte', retired: false, redirectAutomatically: false },
  },
  reasons: {
    comercial: { action: 'redirect', redirectText: 'Ligue.' },
    leads: { action: 'ticket' },
  },
} as unknown as HelpdeskConfig;

describe('D5: pointing to another channel without an agent', () => {
  const reason = (decidedBy: string, kind?: string, key = 'comercial') => ({
    key,
    decidedBy,
    evidence: kind === undefined ? {} : { clues: [{ kind }] },
  });

  it.each([
    ['form', undefined, true],
    ['sub_address', undefined, true],
    ['subject_tag', undefined, true],
    ['clues', 'phrase', true],
    ['clues', 'sender', true],
    ['clues', 'word', false],
    ['fallback', undefined, false],
    ['mailbox', undefined, false],
  ])('%s %s is exact: %s', (decidedBy, kind, expected) => {
    expect(isExactClue(reason(decidedBy, kind))).toBe(expected);
  });

  it('only where the mailbox allows it, and only for a redirecting reason', () => {
    expect(redirectsNow(reason('clues', 'phrase'), 'suporte', config)).toBe(true);
    expect(redirectsNow(reason('clues', 'phrase'), 'contapj', config)).toBe(false);
    expect(redirectsNow(reason('clues', 'phrase', 'leads'), 'suporte', config)).toBe(false);
    expect(redirectsNow(reason('clues', 'phrase'), null, config)).toBe(false);
  });
});

describe('D16: service hours in words', () => {
  const day = (...intervals: string[]) =>
    intervals.map((one) => ({ from: one.split('-')[0]!, to: one.split('-')[1]! }));
  const week = (intervals: ReturnType<typeof day>) => ({
    mon: intervals,
    tue: intervals,
    wed: intervals,
    thu: intervals,
    fri: intervals,
  });
  const businessDays = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;

  it.each([
    [week(day('09:00-18:00')), 'em dias úteis, das 9h às 18h'],
    [week(day('09:00-12:00', '13:30-18:00')), 'em dias úteis, das 9h às 12h e das 13h30 às 18h'],
    [
      { ...week(day('08:00-18:00')), sat: day('09:00-18:00') },
      'de segunda a sexta das 8h às 18h; sábado das 9h às 18h',
    ],
    [{}, null],
  ])('%j', (hours, expected) => {
    expect(serviceHoursInWords({ hours, businessDays: [...businessDays] })).toBe(expected);
  });
});
