import { describe, expect, it } from '@jest/globals';
import { cautionOf, readVerdict } from './virus-scan.js';

describe('what the scanner says', () => {
  it.each([
    ['stream: OK\0', { kind: 'clean' }],
    [
      'stream: Win.Test.EICAR_HDB-1 FOUND\0',
      { kind: 'infected', signature: 'Win.Test.EICAR_HDB-1' },
    ],
    ['stream: a<b>\r\nc FOUND\0', { kind: 'infected', signature: 'a_b___c' }],
    ['INSTREAM size limit exceeded. ERROR\0', { kind: 'too_large' }],
    ['stream: Can not open file ERROR\0', null],
    ['', null],
    ['UNKNOWN COMMAND\0', null],
  ])('%j → %j', (answer, verdict) => {
    expect(readVerdict(answer)).toEqual(verdict);
  });
});

describe('what may be given out', () => {
  const clean = { state: 'clean', signature: null } as const;
  const infected = { state: 'infected', signature: 'Eicar' } as const;

  it.each([
    ['clean', clean, 'hold', null],
    ['released', { ...infected, state: 'released' } as const, 'hold', null],
    ['infected', infected, 'serve', true],
    ['infected, and the scanner was switched off since', infected, 'off', true],
    ['never looked at', null, 'hold', true],
    ['never looked at', null, 'serve', false],
    ['never looked at, no scanner', null, 'off', null],
    ['too large', { state: 'too_large', signature: null } as const, 'hold', true],
    ['too large', { state: 'too_large', signature: null } as const, 'serve', false],
  ] as const)('%s: %j under %s is held: %s', (_, scan, policy, held) => {
    expect(cautionOf(scan, policy)?.held ?? null).toBe(held);
  });

  it('names the virus to the agent', () => {
    expect(cautionOf(infected, 'hold')?.text).toBe('Anexo retido: vírus Eicar');
  });
});
