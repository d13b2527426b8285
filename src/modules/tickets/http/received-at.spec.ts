import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../../platform/index.js';
import { receivedAtOf } from './received-at.js';

const NOW = new Date('2026-11-05T13:00:00Z');

describe('when a customer called', () => {
  it.each(['2026-11-05T10:00:00-03:00', '2026-11-05T13:04:59Z', '2025-11-05T13:00:00Z'])(
    'D15: takes %s',
    (text) => {
      expect(receivedAtOf(text, NOW)).toEqual(new Date(text));
    },
  );

  it.each([
    '2026-11-05T13:06:00Z',
    '2026-11-06T00:00:00Z',
    '2025-11-01T00:00:00Z',
    '1800-01-01T00:00:00Z',
  ])('D15: refuses %s by name', (text) => {
    let thrown: unknown;
    try {
      receivedAtOf(text, NOW);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(AppError);
    expect((thrown as AppError).fields).toMatchObject([{ path: 'receivedAt' }]);
  });
});
