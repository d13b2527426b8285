import { describe, expect, it } from '@jest/globals';
import { protocolInSubject } from './subject-protocol.js';

describe('protocol in the subject', () => {
  it.each([
    ['Re: [Chamado 1000123] Ajuda', '1000123'],
    ['RES: [chamado #1000123]', '1000123'],
    ['ENC: [Chamado nº 1000123] x', '1000123'],
    ['Chamado 1000123', null],
    ['[Chamado 0001]', null],
    ['[Chamado 99999999999999999999]', null],
    ['', null],
  ])('D26: %j → %s', (subject, expected) => expect(protocolInSubject(subject)).toBe(expected));
});
