import { describe, expect, it } from '@jest/globals';
import { namedTickets, withoutTickets } from './named-tickets.js';

const EVIDENCE = [
  {
    filter: 'twin-ticket',
    evidence: { twinOf: '1000123', queue: 'suporte', seen: ['1000124', 7] },
  },
];

describe('D20: tickets that decisions name', () => {
  it('are found however deep they stand', () => {
    expect(namedTickets(EVIDENCE)).toEqual(['1000123', '1000124']);
    expect(namedTickets({ why: 'from 1000123', score: 5, found: '01' })).toEqual([]);
  });

  it('are replaced where they are restricted, and the rest stays', () => {
    expect(withoutTickets(EVIDENCE, new Set(['1000123']), 'chamado em fila restrita')).toEqual([
      {
        filter: 'twin-ticket',
        evidence: {
          twinOf: 'chamado em fila restrita',
          queue: 'suporte',
          seen: ['1000124', 7],
        },
      },
    ]);
  });
});
