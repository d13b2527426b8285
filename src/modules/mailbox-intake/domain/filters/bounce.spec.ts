import { describe, expect, it } from '@jest/globals';
import type { ParsedMail } from '../parsed-mail.js';
import { bounce } from './bounce.js';
import { context, mail } from './filter-cases.js';

const dsn = (status: string): Partial<ParsedMail> => ({
  from: { address: 'MAILER-DAEMON@mx.test', name: '' },
  report: { type: 'delivery-status', status, originalHeader: '' },
});
const returned = {
  messageId: 'ours@hd.test',
  ticketId: '1000001',
  recipients: ['ana@cliente.test'],
};

describe('bounce', () => {
  it('D21: a delivery report about a mail of ours is its bounce', () => {
    const failed =
      'Final-Recipient: rfc822; Ana@cliente.test\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no such user';
    expect(bounce.run(mail(dsn(failed)), context({ returned }))).toMatchObject({
      plan: {
        kind: 'bounce',
        ticketId: '1000001',
        messageId: 'ours@hd.test',
        recipients: ['ana@cliente.test'],
        hard: true,
        reason: 'smtp; 550 no such user',
      },
    });
  });
  it('D21: a delay is no failure', () => {
    const delayed = 'Final-Recipient: rfc822; ana@cliente.test\nAction: delayed\nStatus: 4.4.1';
    expect(bounce.run(mail(dsn(delayed)), context({ returned }))).toMatchObject({
      plan: { hard: false },
    });
  });
  it('D21: back-scatter is recorded and opens nothing', () => {
    expect(bounce.run(mail(dsn('Action: failed')), context())).toMatchObject({
      plan: { kind: 'record', disposition: 'bounce', ticketId: null },
    });
  });
  const signs: [string, Partial<ParsedMail>][] = [
    [
      'X-Failed-Recipients',
      {
        from: { address: 'mailer-daemon@mx.test', name: '' },
        headers: { 'x-failed-recipients': ['ana@cliente.test'] },
      },
    ],
    [
      'mail system and null sender',
      { from: { address: 'postmaster@mx.test', name: '' }, headers: { 'return-path': ['<>'] } },
    ],
    [
      'a Portuguese subject from a mail system',
      {
        from: { address: 'mailer-daemon@mx.test', name: '' },
        subject: 'Não é possível entregar: chamado',
      },
    ],
  ];
  it.each(signs)('D21: a bounce without a report is known by %s', (_name, differs) => {
    expect(bounce.run(mail(differs), context()).verdict).toBe('decided');
  });
  it('D21: a report that a person sends is not believed', () => {
    const forged = mail({
      ...dsn('Final-Recipient: rfc822; ana@cliente.test\nAction: failed\nStatus: 5.1.1'),
      from: { address: 'mallory@outro.test', name: '' },
    });
    expect(bounce.run(forged, context({ returned })).verdict).toBe('pass');
  });
  it('D19 D21: a report about somebody we did not write to is shown and fails nothing', () => {
    const elsewhere = 'Final-Recipient: rfc822; bob@outro.test\nAction: failed\nStatus: 5.1.1';
    expect(bounce.run(mail(dsn(elsewhere)), context({ returned }))).toMatchObject({
      evidence: { unknownRecipients: true },
      plan: { kind: 'bounce', hard: false },
    });
  });
  it.each(['NF-e 123 emitida', 'Falha na entrega do seu boleto'])(
    'D21: %s from bounces@ with the null sender is no bounce',
    (subject) => {
      const bank = mail({
        from: { address: 'bounces@banco.test', name: '' },
        headers: { 'return-path': ['<>'] },
        subject,
      });
      expect(bounce.run(bank, context()).verdict).toBe('pass');
    },
  );
  it('a person who writes about a bounce passes', () => {
    expect(
      bounce.run(mail({ subject: 'Mensagem não entregue, o que faço?' }), context()).verdict,
    ).toBe('pass');
  });
});
