import { describe, expect, it } from '@jest/globals';
import { ownAddresses } from './own-addresses.js';

const own = ownAddresses(
  [
    {
      key: 'suporte',
      address: 'Suporte@Empresa.test',
      aliases: ['ajuda@empresa.test', 'contato@outra.test'],
      subAddressSeparator: '+',
    },
    {
      key: 'financeiro',
      address: 'financeiro@empresa.test',
      aliases: [],
      subAddressSeparator: '',
    },
  ],
  ['grupo.test'],
);

describe('ownAddresses (D26)', () => {
  it.each([
    ['suporte@empresa.test', 'suporte'],
    ['SUPORTE@EMPRESA.TEST', 'suporte'],
    ['ajuda@empresa.test', 'suporte'],
    ['contato@outra.test', 'suporte'],
    ['suporte+m.dominios@empresa.test', 'suporte'],
    ['ajuda+x+y@empresa.test', 'suporte'],
    ['financeiro@empresa.test', 'financeiro'],
  ])('%s arrives in %s', (address, key) => {
    expect(own.mailboxOf(address)).toBe(key);
    expect(own.includes(address)).toBe(true);
  });

  it.each([
    'financeiro+x@empresa.test',
    '+suporte@empresa.test',
    'suporte@outra.test',
    'maria@empresa.test',
    'suporte',
    '',
  ])('%j is no mailbox of ours', (address) => {
    expect(own.mailboxOf(address)).toBeNull();
    expect(own.includes(address)).toBe(false);
  });

  it.each([
    ['maria@empresa.test', true],
    ['x@OUTRA.test', true],
    ['diretor@grupo.test', true],
    ['cliente@gmail.com', false],
    ['x@sub.empresa.test', false],
  ])('%s in a domain of ours: %s', (address, expected) => {
    expect(own.isOwnDomain(address)).toBe(expected);
  });
});
