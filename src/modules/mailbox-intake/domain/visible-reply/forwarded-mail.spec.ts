import { describe, expect, it } from '@jest/globals';
import { forwardedMail } from './forwarded-mail.js';

const ANA = { address: 'ana@cliente.test', name: 'Ana Souza' };
const BODY = 'Meu site caiu.\n\nO que faço?';
const COMMENT = 'Pessoal, podem ver?\n\n';

describe('a forwarded message names its original sender', () => {
  const separated: [string, string][] = [
    [
      'Gmail',
      `---------- Forwarded message ---------\nDe: Ana Souza <ana@cliente.test>\nDate: qui., 6 de fev. de 2020 às 23:57\nSubject: Site fora do ar\nTo: Caio <caio@hd.test>\n\n\n${BODY}`,
    ],
    [
      'Gmail in Portuguese',
      `---------- Mensagem encaminhada ----------\nDe: Ana Souza <ana@cliente.test>\nData: 6 de fevereiro de 2020 23:57\nAssunto: Site fora do ar\nPara: caio@hd.test\n\n${BODY}`,
    ],
    [
      'Apple Mail',
      `Início da mensagem encaminhada:\n\n> De: Ana Souza <ana@cliente.test>\n> Assunto: Site fora do ar\n> Data: 6 de fevereiro de 2020 23:57:12 BRT\n> Para: caio@hd.test\n>\n${BODY.replace(/^/gm, '> ')}`,
    ],
    [
      'Apple Mail, quoted as a whole',
      `> Início da mensagem reencaminhada:\n>\n> De: "Ana Souza" <ana@cliente.test>\n> Assunto: Site fora do ar\n> Para: caio@hd.test\n>\n${BODY.replace(/^/gm, '> ')}`,
    ],
    [
      'Thunderbird',
      `-------- Mensagem encaminhada --------\nAssunto: \tSite fora do ar\nData: \tThu, 6 Feb 2020 23:57:12 -0300\nDe: \tAna Souza <ana@cliente.test>\nPara: \tcaio@hd.test\n\n\n${BODY}`,
    ],
    [
      'Yahoo, run together',
      `  ----- Mensagem encaminhada ----- De: Ana Souza <ana@cliente.test>Para: "caio@hd.test" <caio@hd.test>Enviado: quinta-feira, 6 de fevereiro de 2020 23:57:12 BRTAssunto: Site fora do ar\n ${BODY}`,
    ],
  ];
  it.each(separated)('%s, whatever the subject', (_client, text) => {
    for (const above of ['', COMMENT]) {
      expect(forwardedMail('Ajuda', above + text)).toEqual({
        subject: 'Site fora do ar',
        from: ANA,
        comment: above.trim(),
        body: BODY,
        why: 'separator',
      });
    }
  });

  const headed: [string, string][] = [
    [
      'Outlook',
      `De: Ana Souza <ana@cliente.test>\nEnviado: quinta-feira, 6 de fevereiro de 2020 23:57\nPara: Caio <caio@hd.test>\nAssunto: Site fora do ar\n\n${BODY}`,
    ],
    [
      'Outlook of old',
      `De: Ana Souza [mailto:ana@cliente.test]\nEnviada em: quinta-feira, 6 de fevereiro de 2020 23:57\nPara: Caio\nCc: Bia; Duda\nAssunto: Site fora do ar\n\n${BODY}`,
    ],
    [
      'Outlook on the web',
      `________________________________\nDe: Ana Souza <ana@cliente.test>\nEnviado: quinta-feira, 6 de fevereiro de 2020 23:57\nPara: Caio <caio@hd.test>\nAssunto: Site fora do ar\n\n${BODY}`,
    ],
  ];
  it.each(headed)('%s, where the subject says that it is a forward', (_client, text) => {
    for (const subject of [
      'ENC: Site fora do ar',
      'Fwd: Site fora do ar',
      'FW: RES: Site fora do ar',
    ]) {
      expect(forwardedMail(subject, COMMENT + text)).toMatchObject({
        subject: 'Site fora do ar',
        from: ANA,
        comment: COMMENT.trim(),
        body: BODY,
        why: 'header',
      });
    }
    expect(forwardedMail('RES: Site fora do ar', COMMENT + text)).toBeNull();
    expect(forwardedMail('Site fora do ar', text)).toMatchObject({ from: ANA });
  });

  it('by an attribution, the subject being that of the mail', () =>
    expect(
      forwardedMail(
        'ENC: Site fora do ar',
        `Em 06/02/2020 23:57, "Ana Souza" <ana@cliente.test> escreveu:\n\n${BODY}`,
      ),
    ).toEqual({
      subject: 'Site fora do ar',
      from: ANA,
      comment: '',
      body: BODY,
      why: 'attribution',
    }));

  it('a name with a preposition or a year stays whole', () => {
    const text = (from: string): string =>
      `De: ${from}\nEnviado: 6 de fevereiro de 2020 23:57\nPara: x\nAssunto: Site\n\noi`;
    const nameIn = (from: string) => forwardedMail('ENC: Site', text(from))?.from?.name;
    expect(nameIn('Maria de Souza <m@x.test>')).toBe('Maria de Souza');
    expect(nameIn('Loja 2000 Ltda <m@x.test>')).toBe('Loja 2000 Ltda');
    const line = 'Em 06/02/2020 23:57, Maria de Souza <m@x.test> escreveu:';
    expect(forwardedMail('ENC: Site', `${line}\n\noi`)?.from?.name).toBe('Maria de Souza');
  });

  it.each([
    'Em qui., 6 de fev. de 2020 às 23:57, Ana Souza <ana@cliente.test> escreveu:',
    'On Thu, Feb 6, 2020 at 11:57 PM Ana Souza <ana@cliente.test> wrote:',
    'Am 06.02.2020 um 23:57 schrieb "Ana Souza" <ana@cliente.test>:',
    'Op 6 feb. 2020 om 23:57 heeft Ana Souza <ana@cliente.test> het volgende geschreven:',
    'Ana Souza <ana@cliente.test> escreveu no dia quinta, 6/02/2020 à(s) 23:57:',
    '06/02/2020 23:57 Ana Souza <ana@cliente.test>:',
  ])('whom %j names', (line) =>
    expect(forwardedMail('ENC: Site', `${line}\n\n${BODY}`)?.from).toEqual(ANA),
  );

  it.each([
    ['Site', `Obrigado!\n\nEm 06/02/2020 23:57, Ana <ana@cliente.test> escreveu:\n> ${BODY}`],
    [
      'RES: Site',
      `Obrigado!\n\n-----Mensagem original-----\nDe: Ana <ana@cliente.test>\nPara: x\n\n${BODY}`,
    ],
    ['ENC: boleto', 'Segue o boleto.'],
    ['', ''],
  ])('is not found in an answer or an ordinary message (%j)', (subject, text) =>
    expect(forwardedMail(subject, text)).toBeNull(),
  );

  it('stays without a sender where the forward names none with an address', () =>
    expect(
      forwardedMail(
        'Fwd: x',
        '---------- Forwarded message ---------\nDe: Ana Souza\nAssunto: x\n\noi',
      ),
    ).toMatchObject({ from: { address: null, name: 'Ana Souza' } }));
});
