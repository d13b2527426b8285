import { describe, expect, it } from '@jest/globals';
import { addDifference, emptyReport, FIRST_SPAN, nextSpan, remaining } from './reconciliation.js';

describe('ranges', () => {
  const questions = (uidOf: (index: number) => number, messages: number): number => {
    const last = uidOf(messages - 1);
    let index = 0;
    let asked = 0;
    let largest = 0;
    let span = FIRST_SPAN;
    for (let from = 1; from <= last;) {
      const to = from + span - 1;
      let found = 0;
      for (; index < messages && uidOf(index) <= to; index += 1) found += 1;
      largest = Math.max(largest, found);
      span = nextSpan(span, found);
      from = to + 1;
      asked += 1;
    }
    expect(index).toBe(messages);
    expect(largest).toBeLessThanOrEqual(20_000);
    return asked;
  };

  it.each([
    ['half a million, one after the other', (index: number) => index + 1, 500_000, 110],
    ['half a million, seven apart', (index: number) => 7 * index + 1, 500_000, 130],
    ['three, near the largest UID', (index: number) => 4_294_967_290 + index, 3, 12],
    ['one', () => 1, 1, 1],
  ])('%s', (_, uidOf, messages, atMost) => {
    expect(questions(uidOf, messages)).toBeLessThanOrEqual(atMost);
  });
});

it('names the first differences one by one and counts all', () => {
  const report = emptyReport('suporte', true);
  for (let uid = 1; uid <= 250; uid += 1) {
    addDifference(report, {
      kind: 'missing',
      folder: 'INBOX',
      uid,
      messageId: null,
      receivedAt: null,
      sizeBytes: null,
      why: 'not recorded',
      fixed: uid > 1,
    });
  }
  expect([report.items.length, report.omitted, report.differences.missing]).toEqual([200, 50, 250]);
  expect(remaining(report)).toBe(1);
});
