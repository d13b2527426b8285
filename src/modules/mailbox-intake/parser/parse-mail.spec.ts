import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { ParsedMail } from '../domain/parsed-mail.js';
import { parseMail } from './parse-mail.js';

interface Kept {
  sha256: Uint8Array;
  sizeBytes: number;
  content: Buffer;
}

function kept(content: Buffer): Kept {
  return {
    sha256: createHash('sha256').update(content).digest(),
    sizeBytes: content.length,
    content,
  };
}

function parse(raw: string | Buffer): Promise<ParsedMail<Kept>> {
  const bytes =
    typeof raw === 'string' ? Buffer.from(raw.replace(/\r?\n/g, '\r\n'), 'latin1') : raw;
  return parseMail(bytes, {
    whole: async (whole) => kept(whole),
    stream: async (content) => kept(await buffer(content)),
  });
}

describe('parseMail', () => {
  it.each([
    ['in quotes', `"${'a'.repeat(120_000)}" <ana@cliente.test>`],
    ['in many words', `${'nome '.repeat(30_000)}<ana@cliente.test>`],
  ])('D27: finds the sender behind a display name without end, %s', async (_name, from) => {
    const mail = await parse(`From: ${from}\nSubject: x\n\noi`);
    expect(mail.from?.address).toBe('ana@cliente.test');
  });

  it('reads addresses, subject, text and attachments of an ordinary message', async () => {
    const mail = await parse(`Return-Path: <ana@cli.test>
From: =?utf-8?Q?Ana_Jos=C3=A9?= <Ana@CLI.test>
To: suporte@hd.test, "Outro" <outro@hd.test>
Cc: chefe@cli.test
Reply-To: ana.jose@cli.test
Subject: =?iso-8859-1?Q?D=FAvida_n=BA_1?=
Message-ID: <m1@cli.test>
In-Reply-To: <m0@hd.test>
References: <a@hd.test> <m0@hd.test>
Date: Tue, 03 Nov 2026 10:00:00 -0300
Content-Type: multipart/mixed; boundary=B

--B
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Ol=E1, n=E3o consigo
--B
Content-Type: application/pdf; name="nota.pdf"
Content-Transfer-Encoding: base64

cGRm
--B--
`);
    expect(mail).toMatchObject({
      from: { address: 'Ana@cli.test', name: 'Ana José' },
      replyTo: { address: 'ana.jose@cli.test' },
      to: [{ address: 'suporte@hd.test' }, { address: 'outro@hd.test', name: 'Outro' }],
      cc: [{ address: 'chefe@cli.test' }],
      subject: 'Dúvida nº 1',
      messageId: 'm1@cli.test',
      inReplyTo: ['m0@hd.test'],
      references: ['a@hd.test', 'm0@hd.test'],
      text: 'Olá, não consigo',
      html: null,
    });
    expect(mail.attachments).toMatchObject([
      { filename: 'nota.pdf', mediaType: 'application/pdf', inline: false },
    ]);
    expect(mail.attachments[0]!.blob.content.toString()).toBe('pdf');
    expect(mail.headers['return-path']).toEqual(['<ana@cli.test>']);
  });

  it('reads raw 8-bit headers as UTF-8 where they are and as windows-1252 else', async () => {
    const latin = await parse(
      'From: Jos\xe9 <j@c.test>\nSubject: cobran\xe7a \x96 a\xe7\xe3o\n\nx',
    );
    expect(latin.subject).toBe('cobrança – ação');
    expect(latin.from?.name).toBe('José');
    const utf8 = await parse(
      Buffer.from('From: José <j@c.test>\r\nSubject: cobrança\r\n\r\nx', 'utf8'),
    );
    expect(utf8.subject).toBe('cobrança');
  });

  it('takes NUL bytes out of everything that is stored', async () => {
    const mail = await parse(
      'From: a\0b <a@c.test>\nSubject: x\0y\nMessage-ID: <m\0@c.test>\n\nte\0xto',
    );
    expect(JSON.stringify(mail)).not.toContain('\\u0000');
    expect(mail).toMatchObject({ subject: 'xy', text: 'texto' });
  });

  const broken: [string, string, Partial<ParsedMail<Kept>>][] = [
    ['an empty message', '', { from: null, messageId: null, subject: '', text: '' }],
    [
      'no From and no Message-ID',
      'Subject: oi\n\ntexto',
      { from: null, messageId: null, subject: 'oi', text: 'texto' },
    ],
    ['a From without address', 'From: Fulano\n\nx', { from: null }],
    ['a blank Message-ID', 'From: a@c.test\nMessage-ID: <>\n\nx', { messageId: null }],
    [
      'a Message-ID without brackets',
      'From: a@c.test\nMessage-ID: m1@c.test\n\nx',
      { messageId: 'm1@c.test' },
    ],
    [
      'an unknown charset',
      'From: a@c.test\nContent-Type: text/plain; charset=klingon\n\nok',
      { text: 'ok' },
    ],
    [
      'a multipart without end',
      'From: a@c.test\nContent-Type: multipart/mixed; boundary=B\n\n--B\n\nmeio',
      { text: 'meio' },
    ],
    ['a body only', 'sem cabeçalho nenhum', { from: null }],
    [
      'HTML without text',
      'From: a@c.test\nContent-Type: text/html\n\n<p>Olá <b>mundo</b></p>',
      { text: 'Ol? mundo' },
    ],
  ];
  it.each(broken)('D22: reads what it can of %s', async (name, raw, expected) => {
    const mail = await parse(raw);
    if (name === 'HTML without text') expect(mail.text).toMatch(/^Ol.* mundo$/);
    else expect(mail).toMatchObject(expected);
    expect(mail.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  it('D22: survives 600 nested multiparts', async () => {
    let raw = 'From: a@c.test\nSubject: fundo\nContent-Type: multipart/mixed; boundary=b0\n\n';
    for (let i = 0; i < 600; i += 1)
      raw += `--b${i}\nContent-Type: multipart/mixed; boundary=b${i + 1}\n\n`;
    const mail = await parse(`${raw}--b600\n\nno fundo\n`);
    expect(mail.subject).toBe('fundo');
  });

  it('survives 50,000 nested tags', async () => {
    const mail = await parse(
      `From: a@c.test\nContent-Type: text/html\n\n${'<div>'.repeat(50_000)}x`,
    );
    expect(mail.html).toHaveLength(250_001);
  });

  it('keeps a returned message as one file and reads the parts of a delivery report', async () => {
    const mail = await parse(`From: MAILER-DAEMON@mx.test
Subject: Undelivered
Content-Type: multipart/report; report-type=delivery-status; boundary=B

--B

Nao entregue
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.test

Final-Recipient: rfc822; ana@cli.test
Action: failed
Status: 5.1.1
--B
Content-Type: message/rfc822

Message-ID: <ours@hd.test>
Subject: Re: oi

texto
--B--
`);
    expect(mail.report).toMatchObject({ type: 'delivery-status' });
    expect(mail.report!.status).toContain('Final-Recipient: rfc822; ana@cli.test');
    expect(mail.report!.originalHeader).toContain('Message-ID: <ours@hd.test>');
    expect(mail.attachments.map(({ filename }) => filename)).toEqual([
      'relatorio-de-entrega-1.txt',
      'Re_ oi.eml',
    ]);
  });

  it('D25: the fingerprint ignores transport and feels content', async () => {
    const message = (top: string, body: string): string =>
      `${top}From: a@c.test\nSubject: s\nMessage-ID: <m@c.test>\nDate: Tue, 03 Nov 2026 10:00:00 -0300\n\n${body}\n`;
    const one = await parse(message('Received: by x\nDelivered-To: suporte@hd.test\n', 'corpo'));
    const copy = await parse(message('Received: by y\nX-Spam-Flag: NO\n', 'corpo  '));
    const other = await parse(message('', 'outro corpo'));
    expect(copy.fingerprint).toBe(one.fingerprint);
    expect(other.fingerprint).not.toBe(one.fingerprint);
  });
});
