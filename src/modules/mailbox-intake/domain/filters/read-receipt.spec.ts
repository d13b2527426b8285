import { describe, expect, it } from '@jest/globals';
import { context, mail, proof } from './filter-cases.js';
import { readReceipt } from './read-receipt.js';

const receipt = (status = ''): ReturnType<typeof mail> =>
  mail({ report: { type: 'disposition-notification', status, originalHeader: '' } });

describe('read-receipt', () => {
  it('D21: stays with the ticket it is about, with what it says (RFC 8098)', () => {
    const deleted = receipt('Disposition: manual-action/MDN-sent-manually; deleted');
    expect(readReceipt.run(deleted, context({ proofs: [proof()] }))).toMatchObject({
      plan: {
        kind: 'machine',
        what: 'receipt',
        ticketId: '1000001',
        meaning: 'O destinatário apagou a mensagem sem abrir.',
      },
    });
  });
  it('D22: is recorded where it is about none of ours', () => {
    expect(readReceipt.run(receipt(), context())).toMatchObject({
      plan: { kind: 'record', disposition: 'receipt' },
    });
  });
  const spoken = mail({
    subject: 'Lida: [Chamado 1000001] Retorno',
    visibleText: 'Sua mensagem foi lida em quinta-feira, 5 de novembro de 2026 10:00.',
  });
  it('D21: is known by its words where it answers us', () => {
    expect(readReceipt.run(spoken, context({ proofs: [proof()] }))).toMatchObject({
      plan: { kind: 'machine', what: 'receipt', meaning: 'O destinatário abriu a mensagem.' },
    });
  });
  it.each([
    ['words without proof', spoken, []],
    ['ordinary mail', mail(), []],
    [
      'a person’s answer',
      mail({ subject: 'Lida: e agora?', visibleText: 'Li, e o que faço?' }),
      [proof()],
    ],
  ])('D21: %s passes', (_name, message, proofs) => {
    expect(readReceipt.run(message, context({ proofs })).verdict).toBe('pass');
  });
});
