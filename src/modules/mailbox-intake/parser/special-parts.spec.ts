import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { ParsedMail } from '../domain/parsed-mail.js';
import { parseMail } from './parse-mail.js';
import { readTnef } from './tnef.js';
import { withoutUuencoded } from './uuencoded.js';

interface Kept {
  sha256: Uint8Array;
  sizeBytes: number;
  content: Buffer;
}

function kept(content: Buffer): Kept {
  const sha256 = createHash('sha256').update(content).digest();
  return { sha256, sizeBytes: content.length, content };
}

function parse(raw: string): Promise<ParsedMail<Kept>> {
  return parseMail(Buffer.from(raw.replace(/\r?\n/g, '\r\n'), 'latin1'), {
    whole: async (whole) => kept(whole),
    stream: async (content) => kept(await buffer(content)),
  });
}

const mixed = (...parts: string[]): string =>
  `From: ana@cli.test\nSubject: x\nContent-Type: multipart/mixed; boundary=B\n\n--B\n${parts.join('\n--B\n')}\n--B--`;
const names = (mail: ParsedMail<Kept>): string[] => mail.attachments.map((file) => file.filename);

describe('names of attachments', () => {
  it.each([
    [
      'RFC 2231',
      "Content-Disposition: attachment; filename*=utf-8'pt'relat%C3%B3rio.pdf",
      'relatório.pdf',
    ],
    [
      'RFC 2231 in pieces',
      "Content-Disposition: attachment; filename*0*=iso-8859-1''rela; filename*1*=t%F3rio; filename*2=.pdf",
      'relatório.pdf',
    ],
    [
      'an encoded word',
      'Content-Disposition: attachment; filename="=?utf-8?Q?relat=C3=B3rio.pdf?="',
      'relatório.pdf',
    ],
    ['raw bytes', 'Content-Disposition: attachment; filename="relat\xf3rio.pdf"', 'relatório.pdf'],
    ['a forgotten semicolon', 'Content-Type: application/pdf\n\tname="nota.pdf"', 'nota.pdf'],
    [
      'a folder of Windows',
      'Content-Disposition: attachment; filename=C:\\tmp\\nota.pdf',
      'nota.pdf',
    ],
    [
      'its Content-ID',
      'Content-Type: image/png\nContent-ID: <image001.png@01D1.2>',
      'image001.png',
    ],
    ['its description', 'Content-Type: application/pdf\nContent-Description: Boleto', 'Boleto.pdf'],
    ['nothing', 'Content-Type: application/pdf', 'anexo-1.pdf'],
  ])('come from %s', async (_from, header, name) => {
    const type = header.includes('Content-Type') ? '' : 'Content-Type: application/octet-stream\n';
    expect(names(await parse(mixed('\noi', `${type}${header}\n\nx`)))).toEqual([name]);
  });

  it('a message inside the message is named by its subject', async () => {
    const inner =
      'Content-Type: message/rfc822\n\nSubject: =?utf-8?Q?D=C3=BAvida?= 1/2\nFrom: a@b.test\n\noi';
    expect(names(await parse(mixed('\nveja', inner)))).toEqual(['Dúvida 1_2.eml']);
  });
});

describe('parts that are more than a file', () => {
  it('an invitation is shown as what it is, and kept', async () => {
    const ics = [
      'Content-Type: text/calendar; method=REQUEST; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      'BEGIN:VCALENDAR',
      'METHOD:REQUEST',
      'BEGIN:VTIMEZONE',
      'TZID:America/Sao_Paulo',
      'END:VTIMEZONE',
      'BEGIN:VEVENT',
      'SUMMARY:Reuni\xe3o de',
      '  alinhamento',
      'DTSTART;TZID=America/Sao_Paulo:20260206T140000',
      'DTEND;TZID=America/Sao_Paulo:20260206T150000',
      'LOCATION:Sala 2\\, t\xe9rreo',
      'ORGANIZER;CN="Ana: Souza":mailto:ana@cli.test',
      'END:VEVENT',
      'END:VCALENDAR',
    ].join('\n');
    const mail = await parse(mixed(ics));
    expect(mail.text).toBe(
      '[Convite: Reunião de alinhamento · Quando: 06/02/2026 14:00 até 15:00 · Onde: Sala 2, térreo · Organização: ana@cli.test]',
    );
    expect(names(mail)).toEqual(['convite-1.ics']);
  });

  it('times in UTC are shown in Brasília, cancellations are said', async () => {
    const event = 'BEGIN:VEVENT\nSUMMARY:Treino\nDTSTART:20260206T140000Z\nEND:VEVENT';
    const mail = await parse(
      mixed('\noi', `Content-Type: text/calendar\n\nMETHOD:CANCEL\n${event}`),
    );
    expect(mail.text).toBe(
      'oi\n\n[Convite cancelado: Treino · Quando: 06/02/2026 11:00 (horário de Brasília)]',
    );
  });

  it('encrypted mail says so and keeps its parts; signed mail is marked', async () => {
    const encrypted = await parse(
      'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=B\n\n--B\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--B\nContent-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----\n--B--',
    );
    expect(encrypted.problems).toContain('encrypted_pgp');
    expect(encrypted.text).toMatch(/^\[Mensagem cifrada \(PGP\)/);
    expect(encrypted.attachments).toHaveLength(2);
    const signed = await parse(
      mixed('\noi', 'Content-Type: application/pkcs7-signature; name=smime.p7s\n\nx'),
    );
    expect([signed.problems, signed.text]).toEqual([['signed_smime'], 'oi']);
  });

  it('lines of text files are local, other bytes untouched', async () => {
    const mail = await parse(
      mixed(
        '\noi',
        'Content-Type: text/csv; name=a.csv\nContent-Disposition: attachment\n\na;b\n1;2',
        'Content-Type: application/octet-stream; name=b.bin\nContent-Transfer-Encoding: binary\n\na\nb',
        'Content-Type: message/rfc822; name=c.eml\nContent-Transfer-Encoding: 7bit\n\nSubject: x\n\ny',
      ),
    );
    expect(mail.attachments.map(({ blob }) => blob.content.toString())).toEqual([
      'a;b\n1;2',
      'a\r\nb',
      'Subject: x\r\n\r\ny',
    ]);
  });

  it('a multipart message without any delimiter is a text', async () => {
    const mail = await parse(
      'Subject: x\nContent-Type: multipart/mixed; boundary=B\n\nsem partes\n',
    );
    expect(mail.text).toBe('sem partes\n');
  });

  it('control characters and NUL are left out, line ends kept', async () => {
    const mail = await parse('Subject: a\x00b\x07c\n\num\x00\x07\ndois\x1b\n');
    expect([mail.subject, mail.text]).toEqual(['abc', 'um\ndois\n']);
  });
});

describe('uuencode', () => {
  const block = 'begin 644 cat.txt\n#0V%T\n`\nend';
  it('is taken out of the text as a file', async () => {
    const mail = await parse(`Subject: x\n\nveja\n${block}\nfim\n`);
    expect(mail.text).toBe('veja\nfim\n');
    expect(names(mail)).toEqual(['cat.txt']);
    expect(mail.attachments[0]!.blob.content.toString()).toBe('Cat');
  });
  it.each(['begin 644 cat.txt\n#0V%T\n', 'begin 644 x\nnão é código\nend', 'begin now\nend'])(
    'stays text where it is damaged or none: %j',
    (text) => expect(withoutUuencoded(text)).toEqual({ text, files: [] }),
  );
});

describe('winmail.dat', () => {
  const attribute = (id: number, value: Buffer): Buffer => {
    const head = Buffer.alloc(9);
    head.writeUInt8(2, 0);
    head.writeUInt16LE(id, 1);
    head.writeUInt32LE(value.length, 5);
    return Buffer.concat([head, value, Buffer.alloc(2)]);
  };
  const winmail = Buffer.concat([
    Buffer.from('789f3e220100', 'hex'),
    attribute(0x9007, Buffer.from('e404000000000000', 'hex')),
    attribute(0x800c, Buffer.from('Ol\xe1\0', 'latin1')),
    attribute(0x9002, Buffer.alloc(14)),
    attribute(0x8010, Buffer.from('nota.pdf\0')),
    attribute(0x800f, Buffer.from('%PDF')),
  ]);

  it('gives way to what is in it', async () => {
    const mail = await parse(
      mixed(
        `Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n${winmail.toString('base64')}`,
      ),
    );
    expect(mail.text).toBe('Olá');
    expect(names(mail)).toEqual(['nota.pdf']);
    expect(mail.attachments[0]!.blob.content.toString()).toBe('%PDF');
  });

  it('D22: damaged in any place it throws nothing and invents nothing', () => {
    for (let at = 0; at < winmail.length; at += 1) {
      const damaged = Buffer.from(winmail);
      damaged[at] = damaged[at]! ^ 0xff;
      expect(() => readTnef(damaged)).not.toThrow();
      expect(readTnef(winmail.subarray(0, at))?.files.length ?? 0).toBeLessThan(2);
    }
  });
});

describe('more attachments than are kept one by one', () => {
  const file = 'Content-Type: application/pdf; name=a.pdf\n\nx';

  it('the text says so, and what is kept is kept', async () => {
    const many = await parse(
      mixed('Content-Type: text/plain\n\nOlá', ...Array.from({ length: 501 }, () => file)),
    );
    expect([many.attachments.length, many.problems]).toEqual([500, ['attachments_left_out']]);
    expect(many.text).toContain('[A mensagem tem mais de 500 anexos: os demais estão apenas no');
  });

  it('as many as that are all there', async () => {
    const all = await parse(mixed(...Array.from({ length: 500 }, () => file)));
    expect([all.attachments.length, all.problems]).toEqual([500, []]);
    expect(all.text).not.toContain('anexos');
  });
});
