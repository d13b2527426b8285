import { describe, expect, it } from '@jest/globals';
import { mail } from '../filters/filter-cases.js';
import type { ParsedMail } from '../parsed-mail.js';
import { meaningOf } from './meaning.js';
import { readBounce } from './read-bounce.js';

const from = { address: 'mailer-daemon@mx.test', name: '' };
const to = [{ address: 'suporte@hd.test', name: '' }];

describe('readBounce', () => {
  const prose: [string, string, string[], string, boolean][] = [
    [
      'an address alone with the reply below',
      'Hi. This is the program at mx.test.\nThis is a permanent error; I have given up.\n\n<ana@cliente.test>:\nUser is over the quota. You can try again later. (#5.2.2)\n\n--- Below this line is a copy of the message.\n\nTo: bia@outro.test',
      ['ana@cliente.test'],
      'mailbox_full',
      false,
    ],
    [
      'two addresses with their own reasons',
      'The following address(es) failed:\n\n  ana@cliente.test\n    host mx [192.0.2.1]: 550 5.1.1 <ana@cliente.test>: Recipient address rejected: User unknown\n\n  bia@cliente.test\n    mailbox is full\n\n------ This is a copy of the message ------\n',
      ['ana@cliente.test', 'bia@cliente.test'],
      'user_unknown',
      true,
    ],
    [
      'a label',
      'A mensagem não pôde ser entregue.\nDestinatário: ana@cliente.test\nMotivo: caixa postal cheia',
      ['ana@cliente.test'],
      'mailbox_full',
      false,
    ],
    [
      'a sentence in Portuguese',
      'Sua mensagem não foi entregue para ana@cliente.test porque o domínio inexistente foi recusado.',
      ['ana@cliente.test'],
      'host_unknown',
      true,
    ],
    [
      'an address of X.400',
      'did not reach the following recipient(s):\n\nc=US;a= ;p=X;o=Y;dda:SMTP=ana@cliente.test; on Fri\n    The recipient name is not recognized',
      ['ana@cliente.test'],
      'user_unknown',
      true,
    ],
    [
      'a filter behind the recipient',
      '<ana@cliente.test>: host mx.cliente.test[192.0.2.1] said: 550 Unknown user\n    ana@cliente.test (in reply to end of DATA command)',
      ['ana@cliente.test'],
      'filtered',
      false,
    ],
  ];
  it.each(prose)('D19: reads %s', (_name, text, addresses, reason, dead) => {
    const found = readBounce(mail({ from, to, subject: 'Undelivered Mail', text }));
    expect(found.flatMap((one) => one.addresses)).toEqual(addresses);
    expect(found[0]).toMatchObject({ reason, addressDead: dead, final: true });
  });

  const report = (status: string, differs: Partial<ParsedMail> = {}): ParsedMail =>
    mail({ from, report: { type: 'delivery-status', status, originalHeader: '' }, ...differs });

  it('D19: reads the fields of each recipient (RFC 3464)', () => {
    const status =
      'Reporting-MTA: dns; mx.test\n\nOriginal-Recipient: rfc822;ana+40cliente.test\nFinal-Recipient: RFC822; <ana@casa.test>\nAction: failed (expired)\nStatus: 5.4.7 (late)\nDiagnostic-Code: smtp; 550 said\n something long\n\nFinal-Recipient: rfc822; bia@cliente.test\nAction: delayed\nStatus: 4.2.2\n';
    expect(readBounce(report(status))).toMatchObject([
      {
        addresses: ['ana@casa.test', 'ana@cliente.test'],
        action: 'failed',
        status: '5.4.7',
        smtpCode: 550,
        final: true,
      },
      { addresses: ['bia@cliente.test'], action: 'delayed', reason: 'mailbox_full', final: false },
    ]);
  });

  it.each([
    [
      'greylisting',
      'Action: delayed\nStatus: 4.7.1\nDiagnostic-Code: smtp; 450 4.7.1 Greylisted, try again',
      'deferred',
      false,
    ],
    [
      'a message too big',
      'Action: failed\nStatus: 5.3.4\nDiagnostic-Code: smtp; 552 message too large',
      'too_big',
      true,
    ],
    [
      'spam',
      'Action: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; 554 rejected as spam',
      'spam',
      true,
    ],
    [
      'our own authentication',
      'Action: failed\nStatus: 5.7.26\nDiagnostic-Code: smtp; 550 DMARC policy',
      'auth_failure',
      true,
    ],
    ['success', 'Action: delivered\nStatus: 2.1.5', 'delivered', false],
  ])('D19: tells %s', (_name, fields, reason, final) => {
    const [one] = readBounce(report(`Final-Recipient: rfc822; ana@cliente.test\n${fields}`));
    expect(one).toMatchObject({ reason, final, addressDead: false });
  });

  it('D19: a delay in prose is not final', () => {
    const text =
      'A message has not yet been delivered to:\n  ana@cliente.test\nDelivery attempts will continue.';
    expect(
      readBounce(mail({ from, to, subject: 'Warning: message delayed', text }))[0],
    ).toMatchObject({
      addresses: ['ana@cliente.test'],
      final: false,
    });
  });

  it('D21: says in Portuguese what it means', () => {
    expect(meaningOf({ reason: 'mailbox_full', final: true })).toBe(
      'A caixa postal do destinatário está cheia.',
    );
    expect(meaningOf({ reason: 'deferred', final: false })).toBe(
      'Ainda não entregue; o servidor continua tentando. O servidor do destinatário adiou a entrega (greylisting).',
    );
  });
});
