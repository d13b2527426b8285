import { describe, expect, it } from '@jest/globals';
import { bareScore, isBareThanks } from './bare-thanks.js';

const from = { address: 'ana@cliente.test', name: 'Ana Souza' };
const say = (visibleText: string): boolean => isBareThanks({ visibleText, attachments: [], from });

describe('bare thanks', () => {
  it.each([
    'Obrigada!',
    'Muito obrigado pela ajuda.',
    'Ok, valeu!',
    'Perfeito, deu certo. Obrigada pelo retorno!\n\nAtenciosamente,\nAna Souza',
    'Agradeço a atenção de todos. Abraços',
  ])('D9: %j is a courtesy', (text) => expect(say(text)).toBe(true));

  it.each([
    'Obrigada, mas ainda não funciona.',
    'Obrigada. E quando volta?',
    'Obrigado! Aproveitando: preciso da segunda via do boleto.',
    'Não recebi nada.',
    'Ok',
    '',
    `Obrigada ${'muito '.repeat(100)}`,
  ])('D9: %j is not', (text) => expect(say(text)).toBe(false));

  it('D9: with an attachment it is not', () => {
    const attachments = [
      { filename: 'a.png', mediaType: 'image/png', contentId: null, inline: false, blob: null },
    ];
    expect(isBareThanks({ visibleText: 'Obrigada', attachments, from })).toBe(false);
  });
});

describe('a bare score', () => {
  const score = (visibleText: string): number | null =>
    bareScore({ visibleText, attachments: [], from });

  it.each([
    ['5', 5],
    ['Nota 5, obrigada!', 5],
    ['4/5', 4],
    ['3 de 5', 3],
    ['5 estrelas. Ótimo atendimento\n\nAna Souza', 5],
  ])('D12: %j is %d', (text, expected) => expect(score(text)).toBe(expected));

  it.each([
    '6',
    '10',
    '0',
    'Obrigada!',
    'Nota 5, mas a página caiu',
    '5?',
    '5 ou 4',
    'Faltam 5 dias',
    '2,5',
    'Pedido 5',
  ])('D12: %j is none', (text) => expect(score(text)).toBeNull());
});
