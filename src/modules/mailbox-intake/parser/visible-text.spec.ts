import { describe, expect, it } from '@jest/globals';
import { visibleTextOf } from './visible-text.js';

describe('visible text', () => {
  const quoted: [string, string][] = [
    [
      'Gmail',
      'Obrigado!\n\nEm qui., 6 de fev. de 2020 às 23:57, Suporte <s@hd.test> escreveu:\n> texto',
    ],
    [
      'Gmail, wrapped',
      'Obrigado!\n\nEm qui., 6 de fev. de 2020 às 23:57, Suporte <s@hd.test>\nescreveu:\n\n> texto',
    ],
    ['Thunderbird', 'Obrigado!\n\nEm 31/10/2024 02:18, Suporte escreveu:\n> texto'],
    [
      'Apple Mail',
      'Obrigado!\n\nEm 3 de ago. de 2020, à(s) 10:12, Suporte <s@hd.test> escreveu:\n\ntexto',
    ],
    [
      'Outlook',
      'Obrigado!\n\n________________________________\nDe: Suporte <s@hd.test>\nEnviado: terça-feira\nPara: Ana\nAssunto: x\n\ntexto',
    ],
    ['Outlook on paper', 'Obrigado!\n\n-----Mensagem original-----\nDe: Suporte\n\ntexto'],
    ['English', 'Obrigado!\n\nOn Tue, Nov 3, 2026 at 10:00 AM Desk <s@hd.test> wrote:\n> text'],
    ['a phone', 'Obrigado!\n\nEnviado do meu iPhone'],
    ['Outlook for Android', 'Obrigado!\n\nObter o Outlook para Android'],
    ['a signature', 'Obrigado!\n\n-- \nAna Souza\nEmpresa'],
    [
      'German, by the library',
      'Obrigado!\n\nAm 3. Nov. 2026 um 10:00 schrieb Desk <s@hd.test>:\n> text',
    ],
  ];
  it.each(quoted)('leaves out what %s quotes', (_client, text) =>
    expect(visibleTextOf(text)).toBe('Obrigado!'),
  );

  it.each([
    'Em resumo: nada funciona.\nO que faço?',
    'De: onde vem o erro?\nNão sei.',
    'Segue o texto - com traços --\nfim',
  ])('keeps %j whole', (text) => expect(visibleTextOf(text)).toBe(text));

  it('shows the whole text where nothing else would be left', () => {
    const only = 'Em 31/10/2024 02:18, Suporte escreveu:\n> texto';
    expect(visibleTextOf(only)).toBe(only);
  });
});
