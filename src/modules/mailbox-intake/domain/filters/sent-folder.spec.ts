import { describe, expect, it } from '@jest/globals';
import { decide } from '../decide.js';
import { context, mail, proof } from './filter-cases.js';
import { sentFolder } from './sent-folder.js';

const answer = mail({
  from: { address: 'suporte@hd.test', name: 'Suporte' },
  to: [{ address: 'ana@cliente.test', name: '' }],
});
const inSent = (differs: Parameters<typeof context>[0] = {}) =>
  context({ folderRole: 'sent', ...differs });

describe('sent-folder', () => {
  it('other folders are none of its business', () =>
    expect(sentFolder.run(answer, context({ proofs: [proof()] })).verdict).toBe('pass'));

  it('D24: what one of us sent from another program and refers to a ticket is an answer', () => {
    for (const by of ['known_message_id', 'own_message_id', 'subject_protocol'] as const)
      expect(sentFolder.run(answer, inSent({ proofs: [proof(by)] }))).toMatchObject({
        evidence: { by, ticketId: '1000001' },
        plan: { kind: 'outside', ticketId: '1000001' },
      });
  });

  it('D24: our own mail there is recorded', () => {
    expect(sentFolder.run(answer, inSent({ messageIdIsOurs: true }))).toMatchObject({
      plan: { kind: 'record', disposition: 'own' },
    });
  });

  it('D26: our own mail under the id that the relay gave it teaches us that id', () => {
    expect(sentFolder.run(answer, inSent({ copyOfOurs: 'ours@hd.test' }))).toMatchObject({
      plan: { kind: 'own_copy', messageId: 'ours@hd.test' },
    });
  });

  it.each([
    ['what refers to no ticket', answer, {}],
    ['what a machine answered', { ...answer, headers: { 'auto-submitted': ['auto-replied'] } }, {}],
    ['a customer’s mail that somebody filed there', mail(), { proofs: [proof()] }],
  ])('D22: %s is recorded with the reason and opens nothing', (_name, given, differs) => {
    const proofs = 'proofs' in differs ? differs.proofs : [];
    const said = sentFolder.run(given, inSent({ proofs }));
    expect(said).toMatchObject({ plan: { kind: 'record', disposition: 'ignored' } });
    expect(said.evidence).toHaveProperty('why');
  });

  it('D25: what this mailbox has on a ticket already is a duplicate', () => {
    const copy = {
      intakeId: '7',
      mailboxKey: 'suporte',
      folderRole: 'inbox',
      disposition: 'ticket_reply',
      ticketId: '1000001',
      tickets: [],
    } as const;
    expect(sentFolder.run(answer, inSent({ copies: [copy], proofs: [proof()] }))).toMatchObject({
      plan: { kind: 'record', disposition: 'duplicate', ticketId: '1000001' },
    });
  });

  it('D22 D25: what lies in one mailbox’s Sent folder reaches the other mailbox all the same', () => {
    const copy = {
      intakeId: '7',
      mailboxKey: 'financeiro',
      folderRole: 'sent',
      disposition: 'ignored',
      ticketId: null,
      tickets: [],
    } as const;
    const { plan } = decide(mail(), context({ copies: [copy] }), () => 0);
    expect(plan.kind).toBe('open');
  });
});
