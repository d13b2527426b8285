/** Deterministic pt-BR mail of 4–8 KB, as customers of a software company write it: text and HTML, quoted-printable. */
const WORDS =
  'não consigo acessar a máquina de e-mail do domínio após a migração do servidor e preciso de ajuda com urgência para a página do cliente que está fora do ar desde ontem à noite favor verificar a configuração dos registros também enviei o comprovante do pagamento à equipe financeira atenção obrigado'.split(
    ' ',
  );

/** A small linear congruential generator: the same seed gives the same mail on every machine. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Message number `index`; every tenth-plus sender writes again, no message answers another. */
export function customerMail(index: number, to = 'suporte@hd.test', run = 'a'): Buffer {
  const random = generator(index + 1);
  const paragraph = (words: number): string =>
    Array.from({ length: words }, () => WORDS[Math.floor(random() * WORDS.length)]).join(' ');
  const text = [
    'Boa tarde,',
    paragraph(60 + Math.floor(random() * 60)),
    paragraph(60 + Math.floor(random() * 120)),
    'Atenciosamente,\nJosé da Silva\nFone (48) 3333-0000',
    '________________________________\nDe: Suporte <contato@outra.test>\nEnviado: terça-feira, 3 de novembro de 2026 10:21\nPara: José\nAssunto: RE: contato\n',
    paragraph(80 + Math.floor(random() * 120)),
  ].join('\n\n');
  const html = `<html><body>${text
    .split('\n\n')
    .map((part) => `<p>${part.replaceAll('\n', '<br>')}</p>`)
    .join('\n')}</body></html>`;
  const boundary = `b${index}`;
  const sender = `cliente${index}@cli.test`;
  return Buffer.from(
    [
      `Return-Path: <${sender}>`,
      `Received: from mx.cli.test (mx.cli.test [203.0.113.9]) by hd.test with ESMTPS id ${index}x; Tue, 03 Nov 2026 10:00:00 -0300`,
      `From: ${encodedWord(`José da Silva ${index}`)} <${sender}>`,
      `To: ${to}`,
      `Subject: ${encodedWord(`Dúvida nº ${index} sobre a configuração do domínio`)}`,
      `Message-ID: <m${index}.${run}@cli.test>`,
      'Date: Tue, 03 Nov 2026 10:00:00 -0300',
      'MIME-Version: 1.0',
      `Content-Type: multipart/alternative; boundary="${boundary}"`,
      '',
      `--${boundary}`,
      'Content-Type: text/plain; charset="iso-8859-1"',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      quotedPrintable(Buffer.from(text, 'latin1')),
      `--${boundary}`,
      'Content-Type: text/html; charset="iso-8859-1"',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      quotedPrintable(Buffer.from(html, 'latin1')),
      `--${boundary}--`,
      '',
    ].join('\r\n'),
    'latin1',
  );
}

/** A message with one base64 attachment of `megabytes` MiB, different for every index. */
export function mailWithAttachment(index: number, megabytes: number): Buffer {
  const content = Buffer.alloc(megabytes * 1_048_576);
  for (let at = 0; at < content.length; at += 4)
    content.writeUInt32LE(Math.imul(at + index, 2_654_435_761) >>> 0, at);
  const head = [
    `From: Cliente <grande${index}@cli.test>`,
    'To: suporte@hd.test',
    `Subject: Anexo grande ${index}`,
    `Message-ID: <grande${index}@cli.test>`,
    'Date: Tue, 03 Nov 2026 10:00:00 -0300',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="B"',
    '',
    '--B',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Segue o anexo.',
    '--B',
    'Content-Type: application/octet-stream; name="dados.bin"',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment; filename="dados.bin"',
    '',
    '',
  ].join('\r\n');
  const body = content.toString('base64').replaceAll(/.{76}/g, '$&\r\n');
  return Buffer.from(`${head}${body}\r\n--B--\r\n`, 'latin1');
}

function encodedWord(text: string): string {
  return `=?iso-8859-1?Q?${quotedPrintable(Buffer.from(text, 'latin1')).replaceAll('=\r\n', '').replaceAll(' ', '_')}?=`;
}

function quotedPrintable(bytes: Buffer): string {
  let out = '';
  let column = 0;
  for (const byte of bytes) {
    if (byte === 10) {
      out += '\r\n';
      column = 0;
      continue;
    }
    const encoded =
      byte < 32 || byte > 126 || byte === 61
        ? `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
        : String.fromCharCode(byte);
    if (column + encoded.length > 75) {
      out += '=\r\n';
      column = 0;
    }
    out += encoded;
    column += encoded.length;
  }
  return out;
}
