import { describe, expect, it } from '@jest/globals';
import { splitAddresses } from './split-addresses.js';

const THEIRS = ['ana@casa.test', 'ana@trabalho.test'];

describe('splitting addresses off a person', () => {
  it('some of them, each once, whatever their case', () => {
    expect(splitAddresses(THEIRS, ['Ana@Casa.test ', 'ana@casa.test'])).toEqual({
      kind: 'split',
      addresses: ['ana@casa.test'],
    });
  });
  it('never another’s', () => {
    expect(splitAddresses(THEIRS, ['ana@casa.test', 'rui@x.test'])).toEqual({
      kind: 'foreign',
      address: 'rui@x.test',
    });
  });
  it('never all, and never none', () => {
    expect(splitAddresses(THEIRS, THEIRS)).toEqual({ kind: 'nothing_left' });
    expect(splitAddresses(THEIRS, [])).toEqual({ kind: 'nothing_left' });
  });
});
