import { describe, expect, it } from '@jest/globals';
import type { ParsedMail } from '../parsed-mail.js';
import { bounce } from './bounce.js';
import { context, mail } from './filter-cases.js';

const dsn = (status: string): Partial<ParsedMail> => ({
  from: { address: 'MAILER-DAEMON@mx.test', name: '' },
  headers: { 'content-type': ['multipart/report; report-type=delivery-status'] },
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
        reason:
          'O endereço não existe no servidor do destinatário. Resposta do servidor: 550 no such user',
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
      'mail system and words',
      {
        from: { address: 'postmaster@mx.test', name: '' },
        headers: { 'return-path': ['<>'] },
        text: 'Your message could not be delivered to: ana@cliente.test',
      },
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
  it('D21: a report that a person sends is shown and not believed', () => {
    const forged = mail({
      ...dsn('Final-Recipient: rfc822; ana@cliente.test\nAction: failed\nStatus: 5.1.1'),
      from: { address: 'mallory@outro.test', name: '' },
    });
    expect(bounce.run(forged, context({ returned }))).toMatchObject({
      evidence: { believed: false },
      plan: { kind: 'bounce', hard: false },
    });
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
  it('D19: what a server gave up for good is lost, whatever its code', () => {
    const expired = 'Final-Recipient: rfc822; ana@cliente.test\nAction: failed\nStatus: 4.4.7';
    expect(bounce.run(mail(dsn(expired)), context({ returned }))).toMatchObject({
      evidence: { reason: 'expired', addressDead: false },
      plan: { hard: true, recipients: ['ana@cliente.test'] },
    });
  });
  it('D19: of several recipients only those are failed that the report says so of', () => {
    const two = { ...returned, recipients: ['ana@cliente.test', 'bia@cliente.test'] };
    const report =
      'Final-Recipient: rfc822; ana@cliente.test\nAction: delayed\nStatus: 4.4.1\n\n' +
      'Final-Recipient: rfc822; bia@cliente.test\nAction: failed\nStatus: 5.2.2\n';
    expect(bounce.run(mail(dsn(report)), context({ returned: two }))).toMatchObject({
      plan: {
        hard: true,
        recipients: ['bia@cliente.test'],
        reason: 'A caixa postal do destinatário está cheia.',
      },
    });
  });
  describe('D19: a mail that the recipient’s system had passed on', () => {
    const elsewhere = 'Final-Recipient: rfc822; ana@casa.test\nAction: failed\nStatus: 5.1.1';
    const passedOn = (originalHeader: string): ParsedMail =>
      mail({
        ...dsn(elsewhere),
        report: { type: 'delivery-status', status: elsewhere, originalHeader },
      });
    it('is the only recipient’s where the returned header is our mail’s', () => {
      const said = bounce.run(
        passedOn('Message-ID: <ours@hd.test>\nTo: Ana <ana@cliente.test>'),
        context({ returned }),
      );
      expect(said).toMatchObject({
        evidence: { passedOn: true },
        plan: { hard: true, recipients: ['ana@cliente.test'] },
      });
    });
    it('is the one’s whom that header shows it was delivered to', () => {
      const two = { ...returned, recipients: ['bia@outro.test', 'ana@cliente.test'] };
      const header = 'Delivered-To: ana@cliente.test\nMessage-ID: <ours@hd.test>';
      expect(bounce.run(passedOn(header), context({ returned: two }))).toMatchObject({
        plan: { hard: true, recipients: ['ana@cliente.test'] },
      });
    });
    it('is nobody’s where that header does not say to whom our mail went', () => {
      const said = bounce.run(passedOn('Message-ID: <ours@hd.test>'), context({ returned }));
      expect(said).toMatchObject({ plan: { hard: false, recipients: [] } });
    });
    it('is nobody’s where that stays in doubt', () => {
      const two = { ...returned, recipients: ['bia@outro.test', 'ana@cliente.test'] };
      const said = bounce.run(passedOn('Message-ID: <ours@hd.test>'), context({ returned: two }));
      expect(said).toMatchObject({ plan: { hard: false, recipients: [] } });
    });
  });
  it('D21: what only looks like a bounce and returns nothing of ours stays readable', () => {
    const alike = mail({
      from: { address: 'correio@provedor.test', name: 'Correio' },
      subject: 'Mensagem não entregue',
      text: 'Sua mensagem não foi entregue a joao@empresa.test.\n\nMensagem original:\nSubject: oi',
    });
    expect(bounce.run(alike, context())).toMatchObject({
      verdict: 'noted',
      learned: { automatic: 'form and words of a bounce' },
    });
  });
});
