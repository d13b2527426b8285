import { describe, expect, it } from '@jest/globals';
import { nameForAutomaticMail } from './addresses.js';
import { participantsOf } from './participants.js';
import { defaultRecipients, looksLikeList, ownAmong, type ReplySituation } from './recipients.js';
import { requesterOfMessage } from './requester-of-message.js';

const own = {
  includes: (address: string) => /^suporte(\+.*)?@empresa\.example$/.test(address),
  isOwnDomain: (address: string) => address.endsWith('@empresa.example'),
};
const at = (address: string, name = '') => ({ address, name });

describe('D26: the default reply', () => {
  const situation = (about: Partial<ReplySituation> = {}): ReplySituation => ({
    requester: at('ana@cliente.example', 'Ana'),
    replyTo: 'ana@cliente.example',
    lastCc: [],
    lists: [],
    ...about,
  });

  it.each<[string, Partial<ReplySituation>, string[], string[]]>([
    ['to the requester', {}, ['ana@cliente.example'], []],
    [
      'to Reply-To where there is one',
      { replyTo: 'outra@cliente.example' },
      ['outra@cliente.example'],
      [],
    ],
    [
      'Cc of the last message',
      { lastCc: [at('b@c.example')] },
      ['ana@cliente.example'],
      ['b@c.example'],
    ],
    [
      'without our own addresses, sub-addresses too',
      { lastCc: [at('suporte@empresa.example'), at('suporte+m.x@empresa.example')] },
      ['ana@cliente.example'],
      [],
    ],
    [
      'without lists by shape',
      { lastCc: [at('clientes-lista@c.example')] },
      ['ana@cliente.example'],
      [],
    ],
    [
      'without known lists',
      { lastCc: [at('todos@c.example')], lists: ['Todos@c.example'] },
      ['ana@cliente.example'],
      [],
    ],
    [
      'nobody twice',
      { lastCc: [at('ANA@cliente.example'), at('b@c.example'), at('B@c.example')] },
      ['ana@cliente.example'],
      ['b@c.example'],
    ],
    ['nobody without an address', { requester: null, replyTo: null }, [], []],
    ['never ourselves', { replyTo: 'suporte@empresa.example' }, [], []],
  ])('%s', (_name, about, to, cc) => {
    const recipients = defaultRecipients(situation(about), own);
    expect(recipients.to.map((one) => one.address)).toEqual(to);
    expect(recipients.cc.map((one) => one.address)).toEqual(cc);
  });

  it('finds our own address among those an agent named', () => {
    expect(ownAmong([at('a@b.example'), at('SUPORTE@empresa.example')], own)).toBe(1);
    expect(ownAmong([at('a@b.example')], own)).toBe(-1);
  });

  it.each([
    ['lista@x.example', true],
    ['dev-list@x.example', true],
    ['owner@x.example', true],
    ['listagem@x.example', false],
    ['evangelista@x.example', false],
  ])('%s looks like a list: %s', (address, expected) => {
    expect(looksLikeList(address)).toBe(expected);
  });
});

describe('D26 D27: who asks', () => {
  it.each([
    [
      'From asks and is answered',
      'ana@c.example',
      null,
      'ana@c.example',
      'ana@c.example',
      [],
      true,
    ],
    [
      'Reply-To in the same domain',
      'ana@c.example',
      'caixa@c.example',
      'ana@c.example',
      'caixa@c.example',
      [],
      true,
    ],
    [
      'Reply-To elsewhere: a warning, no automatic mail',
      'ana@c.example',
      'x@y.example',
      'ana@c.example',
      'x@y.example',
      ['reply_to_diferente'],
      false,
    ],
    [
      'no-reply with Reply-To',
      'no-reply@form.example',
      'ana@c.example',
      'ana@c.example',
      'ana@c.example',
      [],
      true,
    ],
    [
      'our own domain with Reply-To',
      'site@empresa.example',
      'ana@c.example',
      'ana@c.example',
      'ana@c.example',
      [],
      true,
    ],
    [
      'no-reply alone: nobody reads an answer',
      'noreply@form.example',
      null,
      'noreply@form.example',
      'noreply@form.example',
      [],
      false,
    ],
    ['no From', null, null, null, null, ['sem_remetente'], false],
    ['no From but Reply-To', null, 'ana@c.example', 'ana@c.example', 'ana@c.example', [], true],
    ['ourselves', 'suporte@empresa.example', null, null, null, ['sem_remetente'], false],
    [
      'Reply-To is ourselves',
      'ana@c.example',
      'suporte@empresa.example',
      'ana@c.example',
      'ana@c.example',
      [],
      true,
    ],
    [
      'a colleague of ours without Reply-To asks herself',
      'rh@empresa.example',
      null,
      'rh@empresa.example',
      'rh@empresa.example',
      [],
      true,
    ],
  ])('%s', (_name, from, replyTo, asks, answered, marks, automatic) => {
    const who = requesterOfMessage({ address: from, name: 'Ana' }, replyTo, own);
    expect(who.requester?.address ?? null).toBe(asks);
    expect(who.replyTo).toBe(answered);
    expect(who.marks).toEqual(marks);
    expect(who.automaticMailAllowed).toBe(automatic);
  });

  it('everybody the customer wrote to takes part, except ourselves and lists', () => {
    const message = {
      from: at('ana@c.example', 'Ana'),
      to: [at('suporte@empresa.example'), at('Socio@c.example', 'Sócio')],
      cc: [at('ana@c.example'), at('equipe-lista@c.example'), at('contador@d.example')],
    };
    const who = requesterOfMessage(message.from, 'caixa@c.example', own);
    expect(participantsOf(message, who, own).map((one) => [one.address, one.role])).toEqual([
      ['ana@c.example', 'requester'],
      ['caixa@c.example', 'requester'],
      ['socio@c.example', 'cc'],
      ['contador@d.example', 'cc'],
    ]);
  });
});

describe('names in automatic mail', () => {
  it.each([
    ['Ana Souza', 'Ana Souza'],
    ['Ganhe já em https://golpe.example/x', 'Ganhe já em'],
    ['visite golpe.example agora', 'visite agora'],
    ['Ana\r\nBcc: x@y', 'Ana Bcc: x@y'],
    ['x'.repeat(100), 'x'.repeat(60)],
  ])('%j → %j', (name, expected) => {
    expect(nameForAutomaticMail(name)).toBe(expected);
  });
});
