import { describe, expect, it } from '@jest/globals';
import { authenticationFrom, isAligned, UNAUTHENTICATED } from './authentication.js';

const FROM = { address: 'ana@cliente.com.br', name: '' };
const read = (values: string[], trusted = ['mx.hd.test']) =>
  authenticationFrom({ headers: { 'authentication-results': values }, from: FROM }, trusted);

describe('Authentication-Results of trusted servers (RFC 8601, D23, D26)', () => {
  it('D26: are read method by method, with whom they speak for', () => {
    expect(
      read([
        'mx.hd.test; dkim=pass header.i=@cliente.com.br header.s=s1 header.b="ab;c"; spf=softfail (mx.hd.test: domain of x (really; dmarc=fail) does not) smtp.mailfrom=ana@cliente.com.br; dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=cliente.com.br',
      ]),
    ).toEqual({
      source: 'header',
      authservId: 'mx.hd.test',
      spf: 'softfail',
      dkim: 'pass',
      dmarc: 'pass',
      fromProven: true,
    });
  });

  it.each([
    [
      'an untrusted server',
      ['mx.outro.test; dmarc=pass header.from=cliente.com.br'],
      ['mx.hd.test'],
    ],
    ['nobody trusted', ['mx.hd.test; dmarc=pass'], []],
    ['no header', [], ['mx.hd.test']],
    ['no authserv-id, where none is trusted', ['dmarc=pass header.from=cliente.com.br'], ['mx']],
  ])('D23: %s says nothing', (_name, values, trusted) => {
    expect(read(values, trusted)).toEqual(UNAUTHENTICATED);
  });

  it('D23: one failed DMARC is a failure, whatever else stands there', () => {
    expect(
      read([
        'mx.hd.test 1; dmarc=pass header.from=cliente.com.br',
        'MX.HD.TEST; dmarc = fail header.from=cliente.com.br; dkim=pass header.d=cliente.com.br',
      ]),
    ).toMatchObject({ dmarc: 'fail', dkim: 'pass', fromProven: false });
  });

  it.each([
    ['dkim=pass header.d=mail.cliente.com.br', true],
    ['dkim=pass header.d=outro.com.br', false],
    ['dkim=fail header.d=cliente.com.br', false],
    ['spf=pass smtp.mailfrom=ana@cliente.com.br', true],
    ['spf=pass smtp.mailfrom=bounces@lista.test', false],
    ['dmarc=pass header.from=outro.com.br', false],
    ['dmarc=none; dkim=pass header.i=@cliente.com.br', true],
    ['dmarc=none', false],
  ])('D24: %s proves the From: %s', (methods, proven) => {
    expect(read([`mx.hd.test; ${methods}`]).fromProven).toBe(proven);
  });

  it('a server that leaves its name out is trusted as `none`', () => {
    expect(
      read(
        [
          'spf=pass (sender IP is 203.0.113.1) smtp.mailfrom=cliente.com.br; dkim=none; dmarc=pass action=none header.from=cliente.com.br;compauth=pass reason=100',
        ],
        ['none'],
      ),
    ).toMatchObject({
      authservId: 'none',
      spf: 'pass',
      dkim: 'none',
      dmarc: 'pass',
      fromProven: true,
    });
  });

  it('hostile values cost little and say nothing', () => {
    for (const value of [
      '(('.repeat(5_000),
      '"'.repeat(9_999),
      '='.repeat(9_999),
      ';'.repeat(9_999),
    ])
      expect(read([value]).fromProven).toBe(false);
  });

  it('a lone label speaks for nobody', () => {
    expect(isAligned('cliente.com.br', 'br')).toBe(false);
    expect(isAligned('a.b.c', 'b.c')).toBe(true);
    expect(isAligned('xb.c', 'b.c')).toBe(false);
  });
});
