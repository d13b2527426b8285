import { describe, expect, it } from '@jest/globals';
import { mail } from '../filters/filter-cases.js';
import type { ParsedMail } from '../parsed-mail.js';
import { recogniseBounce } from './recognise-bounce.js';

const system = { address: 'mailer-daemon@mx.test', name: 'Mail Delivery System' };
const nullSender = { headers: { 'return-path': ['<>'] } };

describe('recogniseBounce', () => {
  const bounces: [string, Partial<ParsedMail>][] = [
    [
      'the program that says hi',
      {
        from: { address: 'MAILER-DAEMON@mx.test', name: '' },
        subject: 'failure notice',
        text: 'Hi. This is the qmail-send program at mx.test.\n\n<ana@cliente.test>:\nSorry, no mailbox here by that name.',
      },
    ],
    [
      'a sender without an address',
      {
        from: null,
        headers: { from: ['MAILER-DAEMON <>'] },
        subject: 'Mail delivery failed',
        text: 'There was an error delivering your mail to <ana@cliente.test>.',
      },
    ],
    [
      'the Portuguese of Exchange',
      {
        from: { address: 'postmaster@empresa.test', name: 'Microsoft Outlook' },
        subject: 'Não é possível entregar: Retorno do chamado',
        text: 'Sua mensagem não pôde ser entregue a ana@empresa.test.\nana não foi encontrado em empresa.test.',
      },
    ],
    [
      'the Portuguese of Gmail',
      {
        from: { address: 'mailer-daemon@googlemail.test', name: 'Mail Delivery Subsystem' },
        ...nullSender,
        subject: 'Delivery Status Notification (Failure)',
        text: '** Endereço não encontrado **\n\nSua mensagem não foi entregue para ana@empresa.test porque o endereço não foi encontrado.',
      },
    ],
    [
      'a provider’s Portuguese',
      {
        from: { address: 'postmaster@provedor.test', name: 'Sistema de entrega de e-mail' },
        subject: 'Devolução de mensagem',
        text: 'A sua mensagem está sendo devolvida: caixa postal cheia.\n\nDestinatário: ana@provedor.test',
      },
    ],
    [
      'a delay in Portuguese',
      {
        from: system,
        subject: 'Atraso na entrega da mensagem',
        text: 'A mensagem ainda não foi entregue a ana@empresa.test. Serão feitas novas tentativas.',
      },
    ],
    [
      'the null sender and a sentence, without a subject',
      {
        from: { address: 'no-reply@operadora.test', name: '' },
        ...nullSender,
        subject: 'Mail',
        text: 'Your mail sent on Thu, 29 Apr could not be delivered to: <ana@operadora.test> as their mailbox is full.',
      },
    ],
  ];
  it.each(bounces)('D21: knows %s', (_name, differs) => {
    expect(recogniseBounce(mail(differs))).toMatchObject({ strong: true });
  });

  const persons: [string, Partial<ParsedMail>][] = [
    [
      'a question about an error message',
      {
        subject: 'Mensagem não entregue, o que faço?',
        text: 'Bom dia! Ao enviar para joao@empresa.test recebi "550 5.1.1 User unknown". O que significa?',
      },
    ],
    [
      'a bounce handed on',
      {
        subject: 'ENC: Undelivered Mail Returned to Sender',
        text: 'Olhem o que voltou:\n\nThis is the mail system at host mx.test.\n<a@b.test>: user unknown\n\nSubject: x\nFrom: y@z.test',
      },
    ],
    [
      'a delivery report attached to a question',
      {
        subject: 'Undelivered Mail Returned to Sender',
        headers: {
          'content-type': ['multipart/mixed; boundary=x'],
          'x-mailer': ['Microsoft Outlook 16.0'],
        },
        text: 'Recebi isto, podem ajudar?',
        report: {
          type: 'delivery-status',
          status: 'Final-Recipient: rfc822; a@b.test\nAction: failed',
          originalHeader: '',
        },
      },
    ],
    [
      'the postmaster of a customer',
      {
        from: { address: 'postmaster@cliente.test', name: 'Carlos, TI' },
        subject: 'Configuração de SPF',
        text: 'Olá, como configuro o SPF de vocês?',
      },
    ],
    [
      'a parcel that was not delivered',
      { subject: 'Falha na entrega do pedido 123', text: 'Meu cliente não recebeu o produto.' },
    ],
    [
      'a courier’s notice with the null sender',
      {
        from: { address: 'avisos@transportadora.test', name: '' },
        ...nullSender,
        subject: 'Sua encomenda',
        text: 'Não foi possível entregar sua encomenda. Fale com sac@transportadora.test.',
      },
    ],
    ['ordinary mail', {}],
  ];
  it.each(persons)('D21: %s is no bounce', (_name, differs) => {
    expect(recogniseBounce(mail(differs))).toBeNull();
  });

  it('costs little on hostile text', () => {
    const hostile = [
      'to: ',
      'a@',
      'address is not ',
      'user was is has does ',
      '-',
      'Received: x\n ',
    ].map((piece) =>
      mail({ from: system, subject: piece.repeat(50), text: piece.repeat(200_000) }),
    );
    expect(hostile.map((one) => recogniseBounce(one)).length).toBe(hostile.length);
  });
});
