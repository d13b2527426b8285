import { describe, expect, it } from '@jest/globals';
import { fetchGroups } from './fetch-groups.js';

const at = new Date('2026-11-05T13:00:00Z');
const page = (...sizes: number[]): { uid: number; sizeBytes: number; internalDate: Date }[] =>
  sizes.map((sizeBytes, index) => ({ uid: index + 1, sizeBytes, internalDate: at }));
const MB = 1024 * 1024;

function shape(
  sizes: number[],
  treat: (size: number) => 'whole' | 'historical' | 'partial' = () => 'whole',
): string[] {
  return [...fetchGroups(page(...sizes), ({ sizeBytes }) => treat(sizeBytes))].map(
    ({ messages, treatment, streamed }) =>
      `${streamed ? 'streamed' : treatment}:${messages.map(({ uid }) => uid).join(',')}`,
  );
}

describe('groups of messages to fetch', () => {
  it('nothing makes no group', () => expect(shape([])).toEqual([]));
  it('small neighbours go together', () => expect(shape([1, 1, 1])).toEqual(['whole:1,2,3']));
  it('a large message goes alone, in its place', () =>
    expect(shape([1, 2 * MB, 1])).toEqual(['whole:1', 'streamed:2', 'whole:3']));
  it('a group holds eight megabytes', () =>
    expect(shape(Array.from({ length: 10 }, () => MB))).toEqual([
      'whole:1,2,3,4,5,6,7,8',
      'whole:9,10',
    ]));
  it('a group holds a hundred messages', () => {
    const groups = [...fetchGroups(page(...Array.from({ length: 250 }, () => 1)), () => 'whole')];
    expect(groups.map(({ messages }) => messages.length)).toEqual([100, 100, 50]);
    expect(groups.map(({ lastUid }) => lastUid)).toEqual([100, 200, 250]);
  });
  it('D1, D27: historical and over-sized messages keep their place', () =>
    expect(
      shape([0, 0, 1, 99, 1], (size) =>
        size === 0 ? 'historical' : size === 99 ? 'partial' : 'whole',
      ),
    ).toEqual(['historical:1,2', 'whole:3', 'partial:4', 'whole:5']));
});
