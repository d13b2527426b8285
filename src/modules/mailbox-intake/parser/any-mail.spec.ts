import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { ParsedMail } from '../domain/parsed-mail.js';
import { parseMail } from './parse-mail.js';

/** Properties of the reading, on messages that are put together by a seed. */

type Random = (below: number) => number;

function randomOf(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

const LINES = [
  'From: "Ana; \\"x\\"" <ana@cli.test>',
  'Subject: =?utf-8?Q?a=C3?= =?utf-8?Q?=A7=C3=A3o?=',
  'Subject: a\x00b\xe7',
  'Content-Type: multipart/mixed; boundary=A',
  'Content-Type: multipart/alternative boundary="B"',
  '--A',
  '--B',
  '--A--',
  '--B--',
  'Content-Type: text/html; charset=hz',
  'Content-Type: text/plain; charset="utf-7"; format=flowed',
  'Content-Type: message/rfc822',
  'Content-Type: text/calendar',
  'Content-Transfer-Encoding: base64',
  '\tname="x',
  'Content-Transfer-Encoding: quoted-printable',
  "Content-Disposition: attachment; filename*0*=utf-8''%C3; filename*1*=%A7",
  'Content-Type: application/ms-tnef; name=winmail.dat',
  'eJ8+IgE=',
  'BEGIN:VEVENT',
  'SUMMARY:x',
  'begin 644 a',
  '#0V%T',
  '`',
  'end',
  'T2zDoSE=',
  'a=C3=\xa7=',
  '<div><b>x',
  '<!-- ',
  '> citado',
  'Em 1/2/2026, Ana <a@b.test> escreveu:',
  '',
  '',
  '',
  'texto\x1b$B',
];

function message(random: Random): Buffer {
  const ends = ['\r\n', '\n'][random(2)]!;
  const lines = Array.from({ length: 1 + random(40) }, () => LINES[random(LINES.length)]!);
  return Buffer.from(lines.join(ends), 'latin1');
}

interface Kept {
  sha256: Uint8Array;
  sizeBytes: number;
}

async function parse(pieces: readonly Buffer[]): Promise<ParsedMail<Kept>> {
  const kept = (content: Buffer): Kept => ({
    sha256: createHash('sha256').update(content).digest(),
    sizeBytes: content.length,
  });
  return parseMail(
    (async function* () {
      yield* pieces;
    })(),
    {
      whole: async (whole) => kept(whole),
      stream: async (content) => kept(await buffer(content)),
    },
  );
}

describe('any message', () => {
  const seeds = Array.from({ length: 400 }, (_, index) => index + 1);

  it('D22: is read without an exception, and without what PostgreSQL refuses', async () => {
    for (const seed of seeds) {
      const mail = await parse([message(randomOf(seed))]);
      const text = JSON.stringify({
        ...mail,
        attachments: mail.attachments.map((file) => file.filename),
      });
      // JSON escapes NUL and halves of surrogate pairs, and nothing else of those.
      expect([seed, /\\u(0000|d[89a-f])/.test(text)]).toEqual([seed, false]);
    }
  });

  it('D25: is the same whatever the pieces are in which it comes', async () => {
    for (const seed of seeds) {
      const random = randomOf(seed);
      const raw = message(random);
      const pieces: Buffer[] = [];
      for (let at = 0; at < raw.length;) {
        const size = 1 + random(30);
        pieces.push(raw.subarray(at, at + size));
        at += size;
      }
      const [whole, cut] = [await parse([raw]), await parse(pieces)];
      expect([seed, cut.fingerprint]).toEqual([seed, whole.fingerprint]);
    }
  });
});
