import { describe, expect, it } from '@jest/globals';
import { isBareThanks } from './bare-thanks.js';

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
