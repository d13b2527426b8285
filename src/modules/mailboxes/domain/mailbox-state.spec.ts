import { describe, expect, it } from '@jest/globals';
import { startInstant } from './mailbox-state.js';

const NOW = new Date('2026-11-05T13:00:00Z');

describe('startInstant (D1)', () => {
  it.each([
    ['now', '2026-11-05T13:00:00.000Z'],
    ['2026-11-01', '2026-11-01T03:00:00.000Z'],
    ['2026-11-01T08:30:00-03:00', '2026-11-01T11:30:00.000Z'],
  ])('%s starts at %s', (startFrom, expected) => {
    expect(startInstant(startFrom, NOW, 'America/Sao_Paulo')?.toISOString()).toBe(expected);
  });

  it('all has no beginning', () => {
    expect(startInstant('all', NOW, 'America/Sao_Paulo')).toBeNull();
  });

  it('anything else is refused', () => {
    expect(() => startInstant('ontem', NOW, 'America/Sao_Paulo')).toThrow(/Temporal|Invalid/);
  });
});
