import { describe, expect, it } from '@jest/globals';
import { config, context, mail } from './filter-cases.js';
import { newTicket } from './new-ticket.js';

describe('new-ticket', () => {
  it('D1: what nothing has claimed opens a ticket in the mailbox’s queue, acknowledged', () => {
    expect(newTicket.run(mail(), context())).toMatchObject({
      plan: {
        kind: 'open',
        twins: [],
        ticket: { lane: 'inbox', queueKey: 'support', acknowledge: true, fromPerson: true },
      },
    });
  });
  it('D1: mail to finance opens one in the finance queue with its fixed reason', () => {
    const finance = { mailboxKey: 'financeiro', mailbox: config.mailboxes['financeiro']! };
    expect(newTicket.run(mail({ subject: 'meu domínio' }), context(finance))).toMatchObject({
      plan: {
        ticket: { queueKey: 'finance', reason: { key: 'financeiro', decidedBy: 'mailbox' } },
      },
    });
  });
  it('D4: a sub-address decides', () => {
    const to = [{ address: 'suporte+m.dominios@hd.test', name: '' }];
    expect(newTicket.run(mail({ to }), context())).toMatchObject({
      plan: { ticket: { reason: { key: 'dominios', decidedBy: 'sub_address' } } },
    });
  });
  it('D4: a sub-address that only the delivery shows decides too', () => {
    const headers = { 'delivered-to': ['suporte+m.dominios@hd.test'] };
    expect(newTicket.run(mail({ headers }), context())).toMatchObject({
      plan: { ticket: { reason: { decidedBy: 'sub_address' } } },
    });
  });
  it('D5: a redirecting reason is proposed, not acted upon', () => {
    expect(newTicket.run(mail({ subject: 'quero contratar' }), context())).toMatchObject({
      plan: { ticket: { marks: ['propor_redirecionamento:comercial'] } },
    });
  });
  it('D21: automatic mail opens a ticket without acknowledgement and without clock', () => {
    expect(
      newTicket.run(mail(), context({ findings: { automatic: 'Precedence: bulk' } })),
    ).toMatchObject({
      plan: {
        ticket: {
          lane: 'automatic',
          fromPerson: false,
          acknowledge: { no: 'automatic mail: Precedence: bulk' },
        },
      },
    });
  });
  it('D23: suspected mail opens in its lane without acknowledgement, with a clock', () => {
    expect(
      newTicket.run(mail(), context({ findings: { suspected: 'Junk folder' } })),
    ).toMatchObject({
      plan: {
        ticket: {
          lane: 'suspected',
          fromPerson: true,
          acknowledge: { no: 'suspected spam: Junk folder' },
        },
      },
    });
  });
  it('D25: a message to two of our mailboxes opens twins, one a queue', () => {
    const cc = [
      { address: 'Financeiro@hd.test', name: '' },
      { address: 'outro@x.test', name: '' },
    ];
    expect(newTicket.run(mail({ cc }), context())).toMatchObject({
      plan: {
        twins: [{ queueKey: 'finance', mailboxKey: 'financeiro', reason: { key: 'financeiro' } }],
      },
    });
  });
  it('D27: an over-sized message is marked', () => {
    expect(newTicket.run(mail(), context({ partial: true }))).toMatchObject({
      plan: { ticket: { marks: ['acima_do_limite'], acknowledge: true } },
    });
  });
  it('D22: a message with more attachments than are kept is marked', () => {
    const problems = ['attachments_left_out'];
    expect(newTicket.run(mail({ problems }), context())).toMatchObject({
      plan: { ticket: { marks: ['anexos_incompletos'], acknowledge: true } },
    });
  });
  it('D27: without a sender there is no automatic mail', () => {
    const findings = {
      sender: { from: null, replyTo: null, why: 'none' as const },
      silent: 'no usable sender',
      marks: ['sem_remetente'],
    };
    expect(newTicket.run(mail(), context({ findings }))).toMatchObject({
      plan: {
        ticket: {
          marks: ['sem_remetente'],
          fromPerson: true,
          acknowledge: { no: 'no usable sender' },
        },
      },
    });
  });
});
