import { describe, expect, it } from '@jest/globals';
import { SignedLinks } from '../../../platform/signed-links.js';
import { FixedClock } from '../../../platform/clock.js';
import { withheld } from './withheld.js';

const links = new SignedLinks(
  new FixedClock(new Date('2026-11-16T12:00:00Z')),
  () => [{ id: 'k1', secret: 'segredo' }],
  () => 'https://ajuda.example',
);

describe('D20: what agents do not read in a conversation', () => {
  it.each(['portal', 'feedback', 'unsubscribe'] as const)('the token of a %s link', (purpose) => {
    const url = links.url(purpose, 'joão@cliente.example', 30);
    const text = `> Acompanhe em ${url}.\n> Obrigado`;
    const shown = withheld(text, []);
    expect(shown).toHaveLength(text.length);
    expect(shown).toMatch(
      /^> Acompanhe em https:\/\/ajuda\.example\/portal[^*]*\*+\.\n> Obrigado$/,
    );
  });

  it('the number of a ticket out of sight, and no part of another number', () => {
    expect(withheld('Chamados 1000123 e 10001234 (1000123)', ['1000123'])).toBe(
      'Chamados ******* e 10001234 (*******)',
    );
  });

  it('nothing else', () => {
    const text = 'Veja https://ajuda.example/portal?token=curto e /portal/new';
    expect(withheld(text, ['1000123'])).toBe(text);
  });
});
