import { describe, expect, it } from '@jest/globals';
import { subjectWithProtocol } from './subject.js';

describe('the subject of a ticket’s mail', () => {
  it.each([
    ['Recebemos o seu chamado', '[Chamado 1000123] Recebemos o seu chamado'],
    ['Re: Meu site', 'Re: [Chamado 1000123] Meu site'],
    ['RES: Re: re: Meu site', 'Re: [Chamado 1000123] Meu site'],
    ['Re: [Chamado 1000123] Meu site', 'Re: [Chamado 1000123] Meu site'],
    ['[Chamado 1000123] RES: [Chamado 1000123] Meu site', 'Re: [Chamado 1000123] Meu site'],
    ['Re: [chamado #1000042] Meu site', 'Re: [Chamado 1000123] Meu site'],
    ['Re[2]: Meu site', 'Re: [Chamado 1000123] Meu site'],
    ['ENC: Meu site', '[Chamado 1000123] ENC: Meu site'],
    ['  Meu\r\n\tsite\0 ', '[Chamado 1000123] Meu site'],
    ['Resumo: vendas', '[Chamado 1000123] Resumo: vendas'],
    ['', '[Chamado 1000123]'],
    ['Re:', 'Re: [Chamado 1000123]'],
  ])('%j becomes %j', (subject, expected) => {
    const tagged = subjectWithProtocol(subject, '1000123');
    expect(tagged).toBe(expected);
    expect(subjectWithProtocol(tagged, '1000123')).toBe(expected);
  });

  it('cuts the customer’s part, never the tag', () => {
    const tagged = subjectWithProtocol('é'.repeat(900), '1000123');
    expect([...tagged]).toHaveLength(250);
    expect(tagged.startsWith('[Chamado 1000123] é')).toBe(true);
  });

  it('without a ticket carries no tag', () => {
    expect(subjectWithProtocol(' Seu  acesso ', null)).toBe('Seu acesso');
  });
});
