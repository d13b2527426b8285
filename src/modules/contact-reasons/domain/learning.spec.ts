import { describe, expect, it } from '@jest/globals';
import { CluesConfig, shippedReasons, type ReasonConfig } from '../../../config/index.js';
import { decideReason, proposalIn, type ReasonClassifier } from './decide-reason.js';
import { crossValidate, evaluate, judge, judgeByClues, wilson } from './evaluate.js';
import { countMessages, type LabelledMessage } from './labelled-message.js';
import { ReasonModel } from './reason-model.js';
import { shippedCounts, shippedModel } from './shipped-model.js';
import { stem } from './stem.js';
import { TypoIndex } from './typo-index.js';
import { wordsOfMessage } from './words.js';

const UNMARKED = {
  explicit: null,
  subAddress: null,
  subject: '',
  text: '',
  fromAddress: null,
  fixedReason: null,
  fallbackReason: null,
};
const reasons = shippedReasons();
const shipped: ReasonClassifier = {
  model: shippedModel(),
  version: '0',
  decideAt: 0.5,
  proposeAt: 0.25,
};

describe('stems', () => {
  it.each([
    ['integração', 'integrações', 'integrar', 'integrado'],
    ['boleto', 'boletos', 'BOLETO'],
    ['domínio', 'dominios', 'Domínio'],
    ['venceu', 'vencimento', 'vencer'],
    ['cupom', 'cupons'],
    ['aluno', 'alunas'],
  ])('%s and its inflections come together', (first, ...others) => {
    const stems = [first, ...others].map(
      (word) => wordsOfMessage({ subject: word, text: '' }).subject[0]!.stem,
    );
    expect(new Set(stems).size).toBe(1);
  });

  it('short words and codes stay as they are', () => {
    expect(['api', 'ga4', 'dns', 'nf'].map((word) => stem(word))).toEqual([
      'api',
      'ga4',
      'dns',
      'nf',
    ]);
  });

  it('each language has its own endings', () => {
    expect([stem('invoices', 'en'), stem('invoice', 'en')]).toEqual(['invoic', 'invoic']);
    expect([stem('facturas', 'es'), stem('factura', 'es')]).toEqual(['factur', 'factur']);
  });
});

describe('misspelt words', () => {
  const known = ['bolet', 'integr', 'dominio', 'pagin'];
  const index = new TypoIndex(known, (name) => known.includes(name));
  it.each([
    ['bolett', 'bolet'],
    ['boet', null],
    ['intgr', 'integr'],
    ['itnegr', 'integr'],
    ['integra', 'integr'],
    ['dominiu', 'dominio'],
    ['bolet', null],
    ['qualquer', null],
  ])('%s means %s', (written, meant) => {
    expect(index.meant(written)).toBe(meant);
  });
});

describe('D4: clues', () => {
  const reason = (clues: Partial<CluesConfig>): ReasonConfig => ({
    label: 'X',
    queue: 'suporte',
    clues: { ...new CluesConfig(), ...clues },
    action: 'ticket',
    retired: false,
  });
  const own = {
    integracoes: reason({ words: ['integração'], en: { words: ['integration'], phrases: [] } }),
    cobranca: reason({
      words: ['cobrança'],
      en: { words: ['charge'], phrases: ['credit card'] },
      es: { words: ['factura'], phrases: [] },
    }),
  };
  const by = (text: string) => decideReason({ ...UNMARKED, text }, own).key;

  it('are found in any inflection', () => {
    expect(by('as integracoes pararam')).toBe('integracoes');
    expect(by('quero integrar minha loja')).toBe('integracoes');
  });
  it('of a language count in messages of that language alone', () => {
    expect(by('Hello, we were charged twice on our credit cards. Can you help?')).toBe('cobranca');
    expect(by('Hola, no puedo ver las facturas del mes, muchas gracias')).toBe('cobranca');
    expect(by('bom dia, não consigo ver a factura da minha empresa')).toBeNull();
  });
});

describe('D4: clues and classifier together', () => {
  const decide = (text: string, differs: Partial<ReasonClassifier> = {}, fallback?: string) =>
    decideReason({ ...UNMARKED, text, fallbackReason: fallback ?? null }, reasons, {
      ...shipped,
      ...differs,
    });

  it('decides without any clue, with the words that spoke for it', () => {
    const decision = decide('a pessoa se cadastra mas não recebe as mensagens, intervalo de 1 dia');
    expect(decision).toMatchObject({ key: 'maquina-de-email', decidedBy: 'classifier' });
    expect(decision.evidence['words']).toEqual(
      expect.arrayContaining([expect.objectContaining({ word: expect.any(String) })]),
    );
    expect(decision.confidence).toBeGreaterThanOrEqual(0.5);
  });

  it('is decided by the clues where they alone say the same', () => {
    const decision = decide('não recebi o boleto, preciso da segunda via');
    expect(decision).toMatchObject({ key: 'financeiro', decidedBy: 'clues' });
    expect(decision.evidence['clues']).toContainEqual(
      expect.objectContaining({ clue: 'boleto', kind: 'word' }),
    );
  });

  it('below the confidence it proposes, and the mailbox’s fallback decides', () => {
    const sure = { decideAt: 1, proposeAt: 0.1 };
    const decision = decide('não recebi o boleto deste mês', sure, 'leads');
    expect(decision).toMatchObject({ key: 'leads', decidedBy: 'fallback' });
    expect(proposalIn(decision)).toMatchObject({ key: 'financeiro' });
    expect(
      proposalIn(decide('não recebi o boleto deste mês', sure))?.words[0]?.weight,
    ).toBeGreaterThan(0);
  });

  it('what says nothing is left to people, and what was thought of it is recorded', () => {
    const decision = decide('oi, tudo bem?');
    expect(decision).toMatchObject({ key: null, decidedBy: 'none' });
    expect(decision.evidence['considered']).toHaveLength(3);
  });

  it('a misspelt word still speaks', () => {
    expect(decide('nao to conseguindo gerar o bolleto').key).toBe('financeiro');
  });

  it('a reason that the operator left out is never chosen, and its messages are not pressed into others', () => {
    const { financeiro: _, ...without } = reasons;
    const text = 'não recebi o boleto da mensalidade, preciso pagar, segunda via por favor';
    expect(decideReason({ ...UNMARKED, text }, without, shipped).key).toBeNull();
  });

  it('a reason that the operator adds lives by its clues at once', () => {
    const added = {
      ...reasons,
      'conta-pj': {
        ...reasons['financeiro']!,
        label: 'Conta PJ',
        clues: { ...new CluesConfig(), phrases: ['conta pj'], senders: ['@banco.test'] },
      },
    };
    const by = (marks: Partial<typeof UNMARKED>) =>
      decideReason({ ...UNMARKED, ...marks }, added, shipped).key;
    expect(by({ subject: 'Conta PJ', text: 'como abro?' })).toBe('conta-pj');
    expect(
      decideReason({ ...UNMARKED, fromAddress: 'a@banco.test' }, added, shipped),
    ).toMatchObject({ key: 'conta-pj', decidedBy: 'clues' });
  });

  it('a mark decides before it, as ever', () => {
    const marks = { ...UNMARKED, text: 'boleto vencido', fixedReason: 'leads' };
    expect(decideReason(marks, reasons, shipped)).toMatchObject({
      key: 'leads',
      decidedBy: 'mailbox',
    });
  });

  it('hostile text costs no more than long text', () => {
    const text = `${'a'.repeat(100_000)} ${'á '.repeat(5_000)}`;
    expect(decide(text).key).toBeNull();
  });
});

describe('D4: learning from corrections', () => {
  const corrections: LabelledMessage[] = [
    'o tablet do balcão não lê cartão',
    'meu tablet desligou sozinho no balcão',
    'tablet com a tela preta',
  ].map((text) => ({ reason: 'equipamentos', subject: 'Tablet', text }));
  const withEquipment = {
    ...reasons,
    equipamentos: { ...reasons['produtos']!, label: 'Equipamentos', clues: new CluesConfig() },
  };
  const learnt = countMessages(corrections, (word) => shippedModel().hasWord(word));
  const decide = (text: string, model: ReasonModel) =>
    decideReason({ ...UNMARKED, subject: 'ajuda', text }, withEquipment, { ...shipped, model });

  it('what agents said of three messages decides the fourth', () => {
    const text = 'o tablet do balcão não liga';
    expect(decide(text, shippedModel()).key).toBeNull();
    const decision = decide(text, new ReasonModel(shippedCounts(), learnt));
    expect(decision).toMatchObject({ key: 'equipamentos', decidedBy: 'classifier' });
    expect(decision.evidence['words']).toContainEqual(expect.objectContaining({ word: 'tablet' }));
  });

  it('a word that one message alone brought along is not kept: it may be a name', () => {
    expect(Object.keys(learnt['equipamentos']!)).toContain('tablet');
    expect(Object.keys(learnt['equipamentos']!)).not.toContain('deslig');
  });
});

describe('figures', () => {
  it('Wilson’s interval', () => {
    expect(wilson(85, 100)).toMatchObject({ share: 0.85 });
    expect(wilson(85, 100).low).toBeCloseTo(0.7672, 4);
    expect(wilson(85, 100).high).toBeCloseTo(0.9069, 4);
    expect(wilson(0, 10)).toMatchObject({ low: 0, share: 0 });
    expect(wilson(0, 0)).toMatchObject({ share: null, low: null, high: null });
  });

  it('a message of none that is filed is wrong; a redirecting reason is only proposed (D5)', () => {
    const messages: LabelledMessage[] = [
      { reason: 'financeiro', subject: 'Boleto', text: 'não recebi o boleto' },
      { reason: null, subject: 'Boleto', text: 'não recebi o boleto' },
      { reason: null, subject: 'oi', text: 'quero cancelar minha assinatura' },
      { reason: 'leads', subject: '', text: '' },
    ];
    const figures = evaluate(judge(messages, reasons, shipped));
    expect(figures.right).toMatchObject({ right: 1, of: 2 });
    expect(figures.decided).toMatchObject({ right: 1, of: 2 });
    expect(figures.overall).toMatchObject({ right: 2, of: 4 });
    expect(evaluate(judgeByClues(messages, reasons)).right).toMatchObject({ right: 1, of: 2 });
  });

  it('cross-validation never judges a message by itself', () => {
    const messages: LabelledMessage[] = Array.from({ length: 20 }, (_, at) => ({
      reason: at % 2 === 0 ? 'leads' : 'paginas',
      subject: '',
      text: `palavraunica${'abcdefghijklmnopqrst'[at]}`,
    }));
    const verdicts = crossValidate(messages, reasons, shipped, null);
    expect(verdicts).toHaveLength(20);
    expect(verdicts.every(({ filed }) => filed === null)).toBe(true);
  });
});
