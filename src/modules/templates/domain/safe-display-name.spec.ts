import { describe, expect, it } from '@jest/globals';
import { safeDisplayName } from './safe-display-name.js';

describe('a display name in automatic mail', () => {
  it.each([
    ['Ana Souza', 'Ana Souza'],
    ["Joana d'Arc Jr.", "Joana d'Arc Jr."],
    ['Padaria S.A. (matriz)', 'Padaria S.A. (matriz)'],
    ['  Ana \r\n Bcc: x  ', 'Ana Bcc: x'],
    ['Ganhe em https://golpe.test/x agora', 'Ganhe em agora'],
    ['Ana www.golpe.test', 'Ana'],
    ['golpe.com.br/premio', null],
    ['ana@exemplo.com', null],
    ['Ana <b>Souza</b>', 'Ana b Souza /b'],
    ['\u202Eana\u200B', 'ana'],
    ['', null],
    ['...', null],
    [null, null],
    ['x'.repeat(61), `${'x'.repeat(59)}…`],
    ['é'.repeat(60), 'é'.repeat(60)],
  ])('%j becomes %j', (name, expected) => {
    expect(safeDisplayName(name)).toBe(expected);
  });
});
