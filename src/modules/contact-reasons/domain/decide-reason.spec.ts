import { describe, expect, it } from '@jest/globals';
import { CluesConfig, type ReasonConfig } from '../../../config/index.js';
import { decideReason, type ReasonMarks } from './decide-reason.js';
import { queueFor } from './queue-for.js';

function reason(
  label: string,
  queue: string,
  clues: Partial<CluesConfig> = {},
  retired = false,
): ReasonConfig {
  return { label, queue, clues: { ...new CluesConfig(), ...clues }, action: 'ticket', retired };
}

const reasons: Record<string, ReasonConfig> = {
  dominios: reason('Domínios', 'support', { words: ['domínio', 'DNS'], phrases: ['registro br'] }),
  'maquina-email': reason('Máquina de e-mail', 'support', {
    words: ['e-mail'],
    phrases: ['não recebo e-mails'],
  }),
  financeiro: reason('Financeiro', 'finance', {
    words: ['boleto', 'nota fiscal'],
    senders: ['@banco.test'],
  }),
  antigo: reason('Antigo', 'support', { words: ['fax'] }, true),
};

const nothing: ReasonMarks = {
  explicit: null,
  subAddress: null,
  subject: '',
  text: '',
  fromAddress: null,
  fixedReason: null,
  fallbackReason: null,
};

describe('D4: contact reason of a message', () => {
  const cases: [string, Partial<ReasonMarks>, string | null, string][] = [
    [
      'a form decides before all else',
      { explicit: 'dominios', subAddress: 'financeiro', fixedReason: 'financeiro' },
      'dominios',
      'form',
    ],
    [
      'a sub-address decides before the subject',
      { subAddress: 'dominios', subject: '[motivo: financeiro]' },
      'dominios',
      'sub_address',
    ],
    [
      'a subject tag is read by label, without accents',
      { subject: 'Ajuda [Motivo: DOMINIOS]', fixedReason: 'financeiro' },
      'dominios',
      'subject_tag',
    ],
    [
      'a hash tag of several words',
      { subject: 'socorro #maquina_de_e-mail' },
      'maquina-email',
      'subject_tag',
    ],
    [
      'a number sign is no tag',
      { subject: 'pedido #123', fallbackReason: 'dominios' },
      'dominios',
      'fallback',
    ],
    [
      'an unknown sub-address is passed over',
      { subAddress: 'nada', fixedReason: 'financeiro' },
      'financeiro',
      'mailbox',
    ],
    [
      'the fixed reason decides before clues',
      { subject: 'meu domínio', fixedReason: 'financeiro' },
      'financeiro',
      'mailbox',
    ],
    [
      'clues are found without accents and in any case',
      { subject: 'MEU DOMINIO CAIU' },
      'dominios',
      'clues',
    ],
    [
      'a clue in the customer’s accents too',
      { text: 'o dns do domínio parou' },
      'dominios',
      'clues',
    ],
    ['a clue is a whole word', { text: 'condominio', fallbackReason: null }, null, 'none'],
    [
      'a phrase across punctuation',
      { text: 'olá, não recebo: e-mails!' },
      'maquina-email',
      'clues',
    ],
    ['a sender is a clue', { fromAddress: 'avisos@banco.test' }, 'financeiro', 'clues'],
    ['a tie decides nothing', { text: 'domínio e boleto' }, null, 'none'],
    ['a retired reason is never chosen', { explicit: 'antigo', text: 'fax' }, null, 'none'],
    [
      'the fallback comes last',
      { text: 'bom dia', fallbackReason: 'financeiro' },
      'financeiro',
      'fallback',
    ],
    ['else it is to be classified', { text: 'bom dia' }, null, 'none'],
    ['names of Object are no reasons', { explicit: 'constructor' }, null, 'none'],
  ];

  it.each(cases)('D4: %s', (_name, marks, key, decidedBy) => {
    const decision = decideReason({ ...nothing, ...marks }, reasons);
    expect(decision).toMatchObject({ key, decidedBy });
    expect(decision.confidence).toBeGreaterThanOrEqual(0);
    expect(decision.confidence).toBeLessThanOrEqual(1);
  });

  it('D4: is surer of a clue in the subject than of one among rivals', () => {
    const alone = decideReason({ ...nothing, subject: 'domínio' }, reasons);
    const rivals = decideReason({ ...nothing, subject: 'domínio', text: 'boleto' }, reasons);
    expect(alone.confidence).toBeGreaterThan(rivals.confidence);
    expect(rivals.evidence).toMatchObject({ runnerUp: { key: 'financeiro' } });
  });
});

describe('D4: queue of a new ticket', () => {
  const config = {
    reasons,
    queues: {
      support: { name: 'Suporte', private: false, retired: false },
      finance: { name: 'Financeiro', private: true, retired: false },
    },
  };
  const cases: [
    string,
    string | null,
    'clues' | 'sub_address' | 'form' | 'none',
    string | null,
    string | null,
  ][] = [
    ['the reason’s queue wins over the mailbox’s', 'financeiro', 'clues', 'support', 'finance'],
    [
      'an automatic decision never leaves a private queue',
      'dominios',
      'clues',
      'finance',
      'finance',
    ],
    ['nor does a sub-address', 'dominios', 'sub_address', 'finance', 'finance'],
    ['a person’s choice does', 'dominios', 'form', 'finance', 'support'],
    ['without a reason the mailbox’s queue', null, 'none', 'support', 'support'],
    ['without a mailbox the reason’s queue', 'dominios', 'form', null, 'support'],
  ];
  it.each(cases)('D4: %s', (_name, key, decidedBy, mailboxQueue, expected) => {
    expect(queueFor({ key, decidedBy }, mailboxQueue, config)).toBe(expected);
  });
});
