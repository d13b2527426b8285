import { describe, expect, it } from '@jest/globals';
import { chooseAssignee, type Candidate } from './choose-assignee.js';

const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 23, 12, minute));
const ana: Candidate = { agentId: 'ana', open: 3, lastAt: at(5) };
const bia: Candidate = { agentId: 'bia', open: 1, lastAt: at(9) };
const caio: Candidate = { agentId: 'caio', open: 1, lastAt: at(7) };
const novo: Candidate = { agentId: 'novo', open: 9, lastAt: null };

describe('who gets the next ticket', () => {
  it('by turns: who waited longest, newcomers first', () => {
    expect(chooseAssignee('round_robin', [bia, ana, caio], null)).toBe('ana');
    expect(chooseAssignee('round_robin', [bia, ana, novo], null)).toBe('novo');
  });
  it('by load: who has the fewest, then by turns', () => {
    expect(chooseAssignee('least_loaded', [ana, bia, caio], null)).toBe('caio');
  });
  it('nobody at the limit, and perhaps nobody at all', () => {
    expect(chooseAssignee('round_robin', [novo, ana, bia], 3)).toBe('bia');
    expect(chooseAssignee('least_loaded', [novo], 3)).toBeNull();
    expect(chooseAssignee('least_loaded', [], null)).toBeNull();
  });
  it('equals go by id', () => {
    const twins = [
      { ...ana, agentId: 'z' },
      { ...ana, agentId: 'b' },
    ];
    expect(chooseAssignee('round_robin', twins, null)).toBe('b');
  });
});
