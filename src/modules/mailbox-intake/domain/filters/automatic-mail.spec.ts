import { describe, expect, it } from '@jest/globals';
import type { ParsedMail } from '../parsed-mail.js';
import { automaticAnswer } from './automatic-answer.js';
import { automaticMail } from './automatic-mail.js';
import { config, context, mail, proof } from './filter-cases.js';

describe('automatic-mail', () => {
  const automatic: [string, Partial<ParsedMail>][] = [
    ['Auto-Submitted', { headers: { 'auto-submitted': ['auto-replied (vacation)'] } }],
    ['the null envelope sender', { headers: { 'return-path': ['<>'] } }],
    ['X-Autoreply', { headers: { 'x-autoreply': ['yes'] } }],
    ['Precedence: bulk', { headers: { precedence: ['bulk'] } }],
    ['Precedence: auto_reply', { headers: { precedence: ['auto_reply'] } }],
    ['List-Id', { headers: { 'list-id': ['<noticias.test>'] } }],
    ['List-Unsubscribe', { headers: { 'list-unsubscribe': ['<mailto:sair@n.test>'] } }],
  ];
  it.each(automatic)('D21: is known by %s', (_name, differs) => {
    expect(automaticMail.run(mail(differs), context())).toMatchObject({
      verdict: 'noted',
      learned: { automatic: expect.any(String) as unknown as string },
    });
  });

  it('D17 D21: a subject alone keeps us silent and leaves the message a person’s', () => {
    const said = automaticMail.run(
      mail({ subject: 'Fora do escritório não consigo acessar o painel' }),
      context(),
    );
    expect(said).toMatchObject({
      verdict: 'noted',
      learned: { silent: 'subject of an automatic answer' },
    });
    expect(said).not.toHaveProperty('learned.automatic');
  });
  it.each(['Resposta automática: Preciso de ajuda', 'Ausência temporária até dia 10'])(
    'D13 D21: with proof that it answers us the subject %s is a machine’s',
    (subject) => {
      expect(automaticMail.run(mail({ subject }), context({ proofs: [proof()] }))).toMatchObject({
        learned: { automatic: 'subject of an automatic answer' },
      });
    },
  );

  it('D21: a sender who takes no replies is automatic unless Reply-To asks', () => {
    const noReply = { address: 'nao-responda@banco.test', name: '' };
    const said = automaticMail.run(
      mail(),
      context({ findings: { sender: { from: noReply, replyTo: null, why: 'from' } } }),
    );
    expect(said).toMatchObject({ learned: { automatic: 'sender takes no replies' } });
  });

  const persons: [string, Partial<ParsedMail>][] = [
    ['ordinary mail', {}],
    ['Auto-Submitted: no', { headers: { 'auto-submitted': ['no'] } }],
    ['an ordinary Return-Path', { headers: { 'return-path': ['<ana@cliente.test>'] } }],
    ['a subject about holidays', { subject: 'Férias coletivas: o sistema para?' }],
  ];
  it.each(persons)('D21: %s is a person’s', (_name, differs) => {
    expect(automaticMail.run(mail(differs), context()).verdict).toBe('pass');
  });

  it('D21: the headers of our own list are disregarded', () => {
    const own = { ...config.mailboxes['suporte']!, ownLists: ['suporte.hd.test'] };
    const viaGroup = mail({
      headers: {
        'list-id': ['<suporte.hd.test>'],
        precedence: ['list'],
        'list-unsubscribe': ['<x>'],
      },
    });
    expect(automaticMail.run(viaGroup, context({ mailbox: own })).verdict).toBe('pass');
  });
});

describe('automatic-answer', () => {
  const findings = { automatic: 'Auto-Submitted: auto-replied' };
  it('D13, D21: an automatic answer to ours is recorded on its ticket', () => {
    expect(automaticAnswer.run(mail(), context({ findings, proofs: [proof()] }))).toMatchObject({
      plan: { kind: 'machine', what: 'auto_reply', ticketId: '1000001' },
    });
  });
  it('D26: a stranger’s machine with only a subject number does not enter the conversation', () => {
    const proofs = [proof('subject_protocol', { participants: ['outra@cliente.test'] })];
    expect(automaticAnswer.run(mail(), context({ findings, proofs })).verdict).toBe('pass');
  });
  it('D21: a participant’s machine with only a subject number does', () => {
    const proofs = [proof('subject_protocol')];
    expect(automaticAnswer.run(mail(), context({ findings, proofs }))).toMatchObject({
      plan: { kind: 'machine', what: 'auto_reply' },
    });
  });
  it('D21: one that answers nothing of ours goes on to become a ticket', () => {
    expect(automaticAnswer.run(mail(), context({ findings })).verdict).toBe('pass');
  });
  it('D21: list mail may be a person’s answer', () => {
    expect(
      automaticAnswer.run(
        mail(),
        context({ findings: { automatic: 'list-id' }, proofs: [proof()] }),
      ).verdict,
    ).toBe('pass');
  });
});
