import { describe, expect, it } from '@jest/globals';
import { forwardedMail } from './forwarded-mail.js';
import { readReply } from './read-reply.js';

const visible = (text: string): string => readReply(text).visibleText;
const QUOTE = '\n\n> Bom dia!\n> Qual é o endereço do site?\n';
const OPEN = '\n\nBom dia!\nQual é o endereço do site?\n';

const attributions: [string, string][] = [
  ['Gmail', 'Em qui., 6 de fev. de 2020 às 23:57, Suporte <s@hd.test> escreveu:'],
  ['Gmail, wrapped', 'Em qui., 6 de fev. de 2020 às 23:57, Suporte <s@hd.test>\nescreveu:'],
  [
    'Gmail, wrapped in the address',
    'Em qui., 6 de fev. de 2020 às 23:57, Equipe de Suporte Técnico <\nsuporte.tecnico@hd.test> escreveu:',
  ],
  ['Gmail of 2019', 'Em sex, 25 de out de 2019 às 18:28, Suporte <s@hd.test> escreveu:'],
  ['Gmail in Portugal', 'Suporte <s@hd.test> escreveu no dia quinta, 6/02/2020 à(s) 23:57:'],
  ['Android', 'Em Qua, 15 de set de 2021 05:45, Suporte <s@hd.test> escreveu:'],
  ['Thunderbird', 'Em 31/10/2024 02:18, Suporte escreveu:'],
  ['Thunderbird, full date', 'Em 31 de outubro de 2024 02:18, Suporte escreveu:'],
  ['KMail', 'Em quinta-feira, 15 de abril de 2021, às 20:25:32 -03, Suporte escreveu:'],
  ['Apple Mail', 'Em 3 de ago. de 2020, à(s) 10:12, Suporte <s@hd.test> escreveu:'],
  [
    'Apple Mail, no-break space',
    'Em 3 de ago. de 2020, à(s)\u00a010:12, Suporte <s@hd.test> escreveu:',
  ],
  ['Yahoo', 'Em quinta-feira, 6 de fevereiro de 2020 23:57:12 BRT, Suporte <s@hd.test> escreveu:'],
  ['Roundcube', 'Em 2020-02-06 23:57, Suporte escreveu:'],
  ['Horde', 'Citando Suporte <s@hd.test>:'],
  ['Terra', 'Em Qui 06/02/20 23:57 , "Suporte" s@hd.test escreveu:'],
  ['Zoho', '---- Em qui, 06 fev 2020 23:57:12 -0300 Suporte <s@hd.test> escreveu ----'],
  [
    'Yahoo on a telephone',
    'Em qui., 6 de fev. de 2020 às 23:57, Suporte<s@hd.test> escreveu:   Bom dia!',
  ],
  ['older Gmail', '2020-02-06 23:57 GMT-03:00 Suporte <\ns@hd.test>:'],
  ['Spanish Gmail', 'El jue, 6 feb 2020 a las 23:57, Suporte (<s@hd.test>) escribió:'],
  ['English Gmail', 'On Thu, Feb 6, 2020 at 11:57 PM Suporte <s@hd.test> wrote:'],
  ['English Apple Mail', 'On Feb 6, 2020, at 11:57 PM, Suporte <s@hd.test> wrote:'],
  ['French', 'Le jeu. 6 févr. 2020 à 23:57, Suporte <s@hd.test> a écrit :'],
  ['German', 'Am Do., 6. Feb. 2020 um 23:57 Uhr schrieb Suporte <s@hd.test>:'],
  ['Italian', 'Il giorno gio 6 feb 2020 alle ore 23:57 Suporte <s@hd.test> ha scritto:'],
  ['Dutch', 'Op do 6 feb. 2020 om 23:57 schreef Suporte <s@hd.test>:'],
  ['Polish', 'czw., 6 lut 2020 o 23:57 Suporte <s@hd.test> napisał(a):'],
  ['Russian', 'чт, 6 февр. 2020 г. в 23:57, Suporte <s@hd.test>:'],
  ['Swedish', 'Den tors 6 feb. 2020 kl 23:57 skrev Suporte <s@hd.test>:'],
  ['Norwegian', 'tor. 6. feb. 2020 kl. 23:57 skrev Suporte <s@hd.test>:'],
  ['Danish', 'Den tor. 6. feb. 2020 kl. 23.57 skrev Suporte <s@hd.test>:'],
  ['Finnish', 'to 6. helmik. 2020 klo 23.57 Suporte (s@hd.test) kirjoitti:'],
  ['Czech', 'čt 6. 2. 2020 v 23:57 odesílatel Suporte <s@hd.test> napsal:'],
  ['Hungarian', 'Suporte <s@hd.test> ezt írta (időpont: 2020. febr. 6., Cs, 23:57):'],
  ['Turkish', 'Suporte <s@hd.test>, 6 Şub 2020 Per, 23:57 tarihinde şunu yazdı:'],
  ['Japanese', '2020年2月6日(木) 23:57 Suporte <s@hd.test>:'],
  ['Chinese', '在 2020年2月6日，下午11:57，Suporte <s@hd.test> 写道：'],
  ['Korean', '2020년 2월 6일 (목) 오후 11:57, Suporte <s@hd.test>님이 작성:'],
  [
    'Hebrew',
    '\u202bבתאריך יום ה׳, 6 בפבר׳ 2020 ב-23:57 מאת \u202aSuporte\u202c\u200f <\u202as@hd.test\u202c\u200f>:\u202c',
  ],
];

const headers: [string, string][] = [
  [
    'Outlook',
    'De: Suporte <s@hd.test>\nEnviado: quinta-feira, 6 de fevereiro de 2020 23:57\nPara: Ana <ana@x.test>\nAssunto: RES: Site',
  ],
  [
    'Outlook with Enviada em',
    'De: Suporte [mailto:s@hd.test]\nEnviada em: quinta-feira, 6 de fevereiro de 2020 23:57\nPara: Ana\nCc: Bia; Caio;\n Duda\nAssunto: RES: Site',
  ],
  [
    'Outlook on the web',
    '________________________________\nDe: Suporte <s@hd.test>\nEnviado: quinta-feira, 6 de fevereiro de 2020 23:57\nPara: Ana <ana@x.test>\nAssunto: Site',
  ],
  [
    'Outlook for Mac',
    'De: Suporte <s@hd.test>\nData: quinta-feira, 6 de fevereiro de 2020 às 23:57\nPara: Ana <ana@x.test>\nAssunto: Site',
  ],
  [
    'bold',
    '*De:* Suporte <s@hd.test>\n*Enviado:* 6 de fevereiro de 2020 23:57\n*Para:* Ana\n*Assunto:* Site',
  ],
  [
    'UOL and BOL',
    'De: "Suporte" <s@hd.test>\nEnviada: 2020/02/06 23:57:12\nPara: ana@uol.test\nAssunto: Re: Site',
  ],
  [
    'Outlook Express',
    '----- Mensagem original -----\nDe: "Suporte" <s@hd.test>\nPara: <ana@x.test>\nEnviada em: quinta-feira, 6 de fevereiro de 2020 23:57\nAssunto: Site',
  ],
  ['Mensagem original', '-----Mensagem original-----\nDe: Suporte'],
  [
    'Zimbra',
    '----- Mensagem original -----\nDe: "Suporte" <s@hd.test>\nPara: "ana" <ana@x.test>\nEnviadas: Quinta-feira, 6 de fevereiro de 2020 23:57:00\nAssunto: Site',
  ],
  [
    'Samsung',
    '-------- Mensagem original --------\nDe : Suporte <s@hd.test>\nData: 06/02/2020 23:57 (GMT-03:00)\nPara: ana@x.test\nAssunto: Site',
  ],
  [
    'Proton',
    '------- Mensagem original -------\nEm quinta-feira, 6 de fevereiro de 2020 às 23:57, Suporte <s@hd.test> escreveu:',
  ],
  [
    'German Outlook',
    '-----Ursprüngliche Nachricht-----\nVon: Suporte <s@hd.test>\nGesendet: Donnerstag, 6. Februar 2020 23:57\nAn: Ana\nBetreff: Site',
  ],
  [
    'Chinese Outlook',
    '发件人: Suporte <s@hd.test>\n发送时间: 2020年2月6日 23:57\n收件人: Ana\n主题: Site',
  ],
  [
    'Japanese Outlook',
    '差出人: Suporte <s@hd.test>\n送信日時: 2020年2月6日 23:57\n宛先: Ana\n件名: Site',
  ],
];

describe('what is new in an answer', () => {
  it.each(attributions)('%s: leaves out the quotation, marked or not', (_client, line) => {
    expect(visible(`Obrigado, é loja.example.\n\n${line}${QUOTE}`)).toBe(
      'Obrigado, é loja.example.',
    );
    expect(visible(`Obrigado, é loja.example.\n\n${line}${OPEN}`)).toBe(
      'Obrigado, é loja.example.',
    );
    expect(visible(`Obrigado, é loja.example.\n${line}${QUOTE}`)).toBe('Obrigado, é loja.example.');
  });

  it.each(headers)('%s: leaves out the message below its header', (_client, header) =>
    expect(visible(`Obrigado!\n\n${header}${OPEN}`)).toBe('Obrigado!'),
  );

  it.each([
    'Enviado do meu iPhone',
    'Enviado do meu Samsung Galaxy A12',
    'Enviado do meu smartphone Samsung Galaxy.',
    'Enviado do Yahoo Mail no Android',
    'Enviado do Yahoo Mail para iPhone',
    'Enviado via UOL Mail',
    'Enviado a partir do Outlook para Android',
    'Obter o Outlook para Android',
    'Obter o Outlook para iOS<https://aka.ms/o0ukef>',
    'Obter o [Outlook para Android](https://aka.ms/AAb9ysg)',
    'Enviado pelo meu celular Xiaomi',
    'Enviado do Email para Windows 10',
    'Sent from my iPhone',
    'Get Outlook for iOS<https://aka.ms/o0ukef>',
    'Enviado desde mi iPhone',
    'Envoyé de mon iPhone',
    'Von meinem iPhone gesendet',
    'Gesendet von Outlook für Android',
    'Inviato da iPhone',
    'Verstuurd vanaf mijn iPhone',
    'Skickat från min iPhone',
    'Sendt fra min iPhone',
    'Lähetetty iPhonesta',
    'Отправлено с iPhone',
    'Wysłane z iPhone’a',
    'iPhoneから送信',
    '发自我的iPhone',
    'Livre de vírus. www.avast.com',
  ])('leaves out %j', (footer) => {
    expect(visible(`Obrigado!\n\n${footer}`)).toBe('Obrigado!');
    expect(
      visible(`Obrigado!\n\n${footer}\n\nEm 31/10/2024 02:18, Suporte escreveu:${QUOTE}`),
    ).toBe('Obrigado!');
  });

  it.each([
    'Em resumo: nada funciona.\nO que faço?',
    'Atenção: e-mails enviados para fora da empresa não chegam.\n\nDesde ontem.',
    'Importante: recebi um e-mail externo estranho.\n\nÉ golpe?',
    'De: onde vem o erro?\nNão sei.',
    'De: conta corrente\nPara: conta poupança\nData: 10/11/2020\nValor: 100',
    'Segue o texto - com traços --\nfim',
    'O boleto foi enviado do banco errado, podem trocar?',
    'Enviado do banco para o cliente ontem às 10:00, mas não chegou.\nO que faço?',
    'Sent from my desk, is much easier then my mobile phone.',
    'Ontem às 10:30 enviei o arquivo para joao@x.test:\nnão chegou nada.',
    'Passos:\n\n- abrir o painel\n- clicar em Domínios\n\nE nada acontece.',
    'Primeira parte\n\n--\n\nSegunda parte',
    'Veja o código:\n\n```\n-- \nSent from my iPhone\n> x\n```\n\nFim.',
    'Em 2020 o cliente escreveu:\n\nEstou sem acesso.',
    'ID Suporte: 12345\nE-mail de acesso: ana@x.test',
  ])('keeps %j whole', (text) => expect(visible(text)).toBe(text));

  it('leaves out a signature, but not what stands below the quotation', () => {
    expect(visible('Obrigado!\n\n-- \nAna Souza\nEmpresa')).toBe('Obrigado!');
    expect(
      visible('Obrigado!\n-- \nAna\n\nEm 31/10/2024 02:18, S escreveu:\n> a\n\nP.S.: já paguei.'),
    ).toBe('Obrigado!\n\n> a\n\nP.S.: já paguei.');
  });

  it('leaves out a formal closing with its name, not thanks and nothing that is told to us (D7)', () => {
    expect(visible('Não abre.\n\nAtenciosamente,\nAna Souza\nTel. (11) 99999-9999')).toBe(
      'Não abre.',
    );
    expect(visible('Não abre.\n\nObrigada,\nAna')).toBe('Não abre.\n\nObrigada,\nAna');
    const told = 'Não abre.\n\nAtt,\nAna Souza\nID Suporte 12345';
    expect(visible(told)).toBe(told);
    expect(visible('Não abre.\n\nAtenciosamente')).toBe('Não abre.\n\nAtenciosamente');
  });

  it('leaves out a confidentiality notice at the end', () =>
    expect(
      visible(
        'Segue o comprovante.\n\nEsta mensagem e seus anexos podem conter informações confidenciais e destinam-se\nexclusivamente ao destinatário. Se a recebeu por engano, apague-a.',
      ),
    ).toBe('Segue o comprovante.'));

  it.each([
    'CAUTION: This email originated from outside of the organization. Do not click links.',
    'ATENÇÃO: este e-mail veio de fora da organização. Não clique em links.',
    'AVISO: E-mail originado fora da empresa.\nCuidado com anexos.',
    '[EXTERNAL]',
  ])('leaves out the warning %j above', (banner) => {
    expect(visible(`${banner}\n\nMeu site caiu.`)).toBe('Meu site caiu.');
  });

  it('never hides answers between quoted lines, and shows what they answer', () => {
    const text =
      'Em 31/10/2024 02:18, Suporte escreveu:\n> Qual o endereço do site que não abre? Precisamos do endereço completo.\nloja.example\n> Desde quando?\n\nDesde ontem.\n> Obrigado';
    expect(visible(text)).toBe(
      '> Qual o endereço do site que não abre? Precisamos do endereço completo.\nloja.example\n> Desde quando?\n\nDesde ontem.',
    );
  });

  it('folds a quotation that is answered as a whole below it', () =>
    expect(visible(`Em 31/10/2024 02:18, Suporte escreveu:${QUOTE}\nÉ loja.example.`)).toBe(
      'É loja.example.',
    ));

  it('shows everything where the answers are said to stand inside', () => {
    const text =
      'Respostas abaixo, em vermelho.\n\n-----Mensagem original-----\nDe: S\n\nQual o site?\nloja.example';
    expect(visible(text)).toBe('Respostas abaixo, em vermelho.\n\nQual o site?\nloja.example');
  });

  it('shows a mail that the writer pasted and announced', () => {
    const text =
      'Bom dia, recebi este erro hoje:\n\nDe: Mail Delivery <mailer-daemon@x.test>\nPara: ana@x.test\nAssunto: Undelivered\n\nMailbox full';
    expect(visible(text)).toBe(text);
    expect(readReply(text).spans.map(({ kind, shown }) => [kind, shown])).toEqual([
      ['new', true],
      ['quotation', true],
    ]);
  });

  it('takes the rest of a wrapped quoted line for quotation', () =>
    expect(
      visible(
        'Sim.\n\nEm 31/10/2024 02:18, S escreveu:\n> Precisamos do endereço completo do site que não abre para verificarmos o\nproblema com a hospedagem\n> e o certificado.',
      ),
    ).toBe('Sim.'));

  it.each([
    'Em 31/10/2024 02:18, Suporte escreveu:\n> texto',
    '> só isto',
    'Enviado do meu iPhone',
    '-- \nAna',
  ])('shows %j whole, because nothing else would be left', (text) =>
    expect(visible(text)).toBe(text),
  );

  it('shows a forward that comes without a word, without its header', () =>
    expect(
      visible(
        '---------- Forwarded message ---------\nDe: Ana <ana@x.test>\nDate: qui., 6 de fev. de 2020\nSubject: Site\nTo: <s@hd.test>\n\nMeu site caiu.',
      ),
    ).toBe('Meu site caiu.'));
});

describe('spans', () => {
  it('cover the text end to end and say what, why and how sure', () => {
    const text = 'Obrigado!\n\nEm 31/10/2024 02:18, S escreveu:\n> a\n\nEnviado do meu iPhone\n';
    const { spans } = readReply(text);
    expect(spans.map(({ kind, shown }) => [kind, shown])).toEqual([
      ['new', true],
      ['attribution', false],
      ['quotation', false],
      ['footer', false],
    ]);
    expect(spans[0]!.from).toBe(0);
    expect(spans.at(-1)!.to).toBe(text.length);
    spans.slice(1).forEach((span, at) => expect(span.from).toBe(spans[at]!.to));
    for (const { why, confidence } of spans) {
      expect(why).not.toBe('');
      expect(confidence).toBeGreaterThan(0);
      expect(confidence).toBeLessThanOrEqual(1);
    }
  });

  it('beyond what is looked at go on as they stood', () => {
    const long = 'linha da conversa\n'.repeat(9_000);
    expect(visible(`Oi!\n\nEm 31/10/2024 02:18, Suporte escreveu:\n\n${long}`)).toBe('Oi!');
    expect(visible(long)).toBe(long.trim());
  });

  it('of an empty text are one empty span at most', () => {
    expect(readReply('').visibleText).toBe('');
    expect(readReply('\n\n').visibleText).toBe('');
  });

  it.each([
    ['one long line', 'a '.repeat(200_000)],
    ['dashes', `${'-'.repeat(900)}\n`.repeat(200)],
    ['marks', '>'.repeat(100_000)],
    ['openers', 'Em 1 '.repeat(50_000)],
    ['unfinished attributions', 'Em 10/10/2020 10:10, Fulano <f@x.test>\n'.repeat(4_000)],
    ['header labels', 'De: a\nPara: b\n'.repeat(4_000)],
    ['rules', '______________\nx\n'.repeat(4_000)],
    ['footers', `Sent from my ${'a'.repeat(180)}!\n`.repeat(2_000)],
    ['interleaved', '> a\nb\n'.repeat(5_000)],
    ['addresses', `${'a@'.repeat(180)}:\n`.repeat(2_000)],
    ['notices', `Esta mensagem ${'confiden '.repeat(10)}\n\n`.repeat(2_000)],
    ['closings', 'Att,\nAna\n> x\n'.repeat(2_000)],
    ['lone dashes', '--\nx\n'.repeat(4_000)],
    ['fences', '```\n'.repeat(4_000)],
  ])('of a hostile text of %s are found quickly', (_name, text) => {
    const { spans } = readReply(text);
    expect(spans.at(-1)!.to).toBe(text.length);
    expect(spans.length).toBeLessThanOrEqual(401);
  });

  it('hold for a thousand seeded mutants', () => {
    const pieces = [
      ...attributions.map(([, line]) => `${line}\n`),
      ...headers.map(([, header]) => `${header}\n`),
      '> a\n',
      '>> b\n',
      '\n',
      '-- \n',
      '--\n',
      '_______________\n',
      '```\n',
      'Att,\nAna\n',
      'Enviado do meu iPhone\n',
      '\u0000',
      '\ud83d',
      '\u200b',
      ':',
      '<',
      '@',
      'texto meu. ',
    ];
    let seed = 20_261_122;
    const below = (limit: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
      return seed % limit;
    };
    for (let round = 0; round < 1_000; round += 1) {
      let text = '';
      for (let count = 1 + below(12); count > 0; count -= 1) {
        const piece = pieces[below(pieces.length)]!;
        text += below(4) === 0 ? piece.slice(below(piece.length)) : piece;
      }
      const { spans, visibleText } = readReply(text);
      expect(spans.map(({ from }) => from)).toEqual([0, ...spans.slice(0, -1).map(({ to }) => to)]);
      expect(spans.at(-1)!.to).toBe(text.length);
      expect(visibleText === '').toBe(text.trim() === '');
      expect(forwardedMail('ENC: x', text)?.body.length ?? 0).toBeLessThanOrEqual(text.length);
    }
  });
});
