import { describe, expect, it } from '@jest/globals';
import { decodePosition, encodePosition, parseSort } from './list-query.js';

describe('the order of the inbox', () => {
  it.each([
    [undefined, 'dueAt', false],
    ['dueAt', 'dueAt', false],
    ['-dueAt', 'dueAt', true],
    ['lastActivityAt', 'lastActivityAt', true],
    ['lastActivityAt:asc', 'lastActivityAt', false],
    ['-createdAt', 'createdAt', true],
    ['createdAt:desc', 'createdAt', true],
  ])('%s', (text, field, descending) => {
    expect(parseSort(text)).toEqual({ field, descending });
  });

  it.each(['', 'subject', '-createdAt:asc', 'dueAt;drop', 'dueAt:up'])('refuses %s', (text) => {
    expect(() => parseSort(text)).toThrow('validation_failed');
  });

  it('a position survives its cursor, in its own order alone', () => {
    const sort = parseSort('dueAt');
    const position = { key: '2026-11-05T13:00:00.123456Z', id: '1000001' };
    expect(decodePosition(sort, encodePosition(sort, position))).toEqual(position);
    expect(decodePosition(sort, encodePosition(sort, { key: 'infinity', id: '1' })).key).toBe(
      'infinity',
    );
    expect(() => decodePosition(parseSort('createdAt'), encodePosition(sort, position))).toThrow(
      'validation_failed',
    );
    expect(() =>
      decodePosition(sort, encodePosition(sort, { ...position, key: "now()'" })),
    ).toThrow('validation_failed');
  });
});
