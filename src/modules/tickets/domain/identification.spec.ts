import { describe, expect, it } from '@jest/globals';
import { recogniseIdentification } from './identification.js';

describe('D7: identification recognised in what the customer wrote', () => {
  it.each([
    ['Meu e-mail de acesso: dono@loja.example', { accessEmail: 'dono@loja.example' }],
    ['e-mail de acesso é Dono@Loja.example.', { accessEmail: 'dono@loja.example' }],
    [
      'O email que eu uso para acessar a plataforma: d.o+n@loja.com.br',
      { accessEmail: 'd.o+n@loja.com.br' },
    ],
    ['Login: dono@loja.example\nSenha: não digo', { accessEmail: 'dono@loja.example' }],
    ['O login do sistema é <dono@loja.example>', { accessEmail: 'dono@loja.example' }],
    ['Escreva para dono@loja.example', {}],
    ['Perdi o e-mail de acesso\n\n--\nAna ana@loja.example', {}],
    ['ID Suporte: 482910', { supportId: '482910' }],
    ['meu ID de suporte é A-1029', { supportId: 'A-1029' }],
    ['Meu id não funciona', {}],
    ['id suporte não sei', {}],
    ['ID do cliente #7788. Obrigada', { supportId: '7788' }],
    ['Bom dia', {}],
  ])('%j', (text, expected) => {
    expect(recogniseIdentification(text, undefined)).toEqual(expected);
  });

  it.each([
    ['código CA-123456 aqui', 'CA-\\d{6}', { supportId: 'CA-123456' }],
    ['ID Suporte: CA-123456', 'CA-(\\d{6})', { supportId: '123456' }],
    ['ID Suporte: 99', 'CA-\\d{6}', {}],
    ['CA-123456', '(', {}],
  ])('%j by the pattern %s', (text, pattern, expected) => {
    expect(recogniseIdentification(text, pattern)).toEqual(expected);
  });

  it('looks at a bounded part of a text', () => {
    const far = `${'palavra '.repeat(200_000)} ID Suporte: 123456`;
    expect(recogniseIdentification(far, undefined)).toEqual({});
  });
});
