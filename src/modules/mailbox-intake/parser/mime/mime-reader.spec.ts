import { describe, expect, it } from '@jest/globals';
import { MimeReader, type Leaf } from './mime-reader.js';

interface Read {
  header: string[];
  leaves: string[];
  problems: string[];
}

/** Reads `raw` (LF for CRLF) in pieces of `size` bytes; a leaf as `type: content`. */
function read(raw: string, size = Number.POSITIVE_INFINITY, crlf = true): Read {
  const bytes = Buffer.from(crlf ? raw.replaceAll('\n', '\r\n') : raw, 'latin1');
  const found: Read = { header: [], leaves: [], problems: [] };
  const reader = new MimeReader({
    messageHeader: (lines) => (found.header = [...lines]),
    leaf: (leaf: Leaf) => {
      const pieces: Buffer[] = [];
      const at = found.leaves.push('') - 1;
      return {
        write: (piece) => void pieces.push(Buffer.from(piece)),
        end: () => {
          found.leaves[at] =
            `${leaf.mediaType}: ${Buffer.concat(pieces).toString('latin1').replaceAll('\r\n', '\n')}`;
        },
      };
    },
    problem: (code) => void found.problems.push(code),
  });
  for (let at = 0; at < bytes.length; at += Math.min(size, bytes.length))
    reader.push(bytes.subarray(at, at + size));
  reader.end();
  return found;
}

const TWO =
  'Content-Type: multipart/mixed; boundary=B\n\npreamble\n--B\n\num\n--B\nContent-Type: text/html\n\n<b>\n--B--\nepilogue\n';

describe('MimeReader', () => {
  const cases: [string, string, string[]][] = [
    ['a single part', 'Subject: x\n\ntexto\n', ['text/plain: texto\n']],
    ['two parts between preamble and epilogue', TWO, ['text/plain: um', 'text/html: <b>']],
    ['nothing', '', ['text/plain: ']],
    ['a header only', 'Subject: x\n', ['text/plain: ']],
    ['a body only', 'só texto\nmais\n', ['text/plain: só texto\nmais\n']],
    ['empty lines before the header', '\n\nSubject: x\n\ntexto', ['text/plain: texto']],
    [
      'a remark before the header',
      '---- Original ----\nSubject: x\n\ntexto',
      ['text/plain: texto'],
    ],
    [
      'the separator of an mbox file',
      'From a@b Tue Nov 3 10:00:00 2026\nSubject: x\n\ntexto',
      ['text/plain: texto'],
    ],
    [
      'an empty part',
      'Content-Type: multipart/mixed; boundary=B\n\n--B\n\n--B\n\nx\n--B--',
      ['text/plain: ', 'text/plain: x'],
    ],
    [
      'a part that ends within its header',
      'Content-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: text/html\n--B\n\nx\n--B--',
      ['text/html: ', 'text/plain: x'],
    ],
    [
      'a missing end',
      'Content-Type: multipart/mixed; boundary=B\n\n--B\n\nmeio',
      ['text/plain: meio'],
    ],
    [
      'a boundary that begins like another',
      'Content-Type: multipart/mixed; boundary=B\n\n--B\n\n--Bx\ntexto\n--B--',
      ['text/plain: --Bx\ntexto'],
    ],
    [
      'blanks behind a boundary',
      'Content-Type: multipart/mixed; boundary=B\n\n--B  \n\nx\n--B-- \n',
      ['text/plain: x'],
    ],
    [
      'dashes in a text',
      'Content-Type: multipart/mixed; boundary=B\n\n--B\n\na\n-- \nAna\n--\n--B--',
      ['text/plain: a\n-- \nAna\n--'],
    ],
    [
      'an inner multipart that the outer one ends',
      'Content-Type: multipart/mixed; boundary=A\n\n--A\nContent-Type: multipart/alternative; boundary=B\n\n--B\n\num\n--A\n\ndois\n--A--',
      ['text/plain: um', 'text/plain: dois'],
    ],
    [
      'an outer boundary right behind the inner end',
      'Content-Type: multipart/mixed; boundary=A\n\n--A\nContent-Type: multipart/mixed; boundary=B\n\n--B\n\num\n--B--\n--A\n\ndois\n--A--',
      ['text/plain: um', 'text/plain: dois'],
    ],
    [
      'a message within the message, as one leaf',
      'Content-Type: multipart/mixed; boundary=A\n\n--A\nContent-Type: message/rfc822\n\nSubject: y\n\nz\n--A--',
      ['message/rfc822: Subject: y\n\nz'],
    ],
    [
      'a digest',
      'Content-Type: multipart/digest; boundary=A\n\n--A\n\nSubject: y\n--A--',
      ['message/rfc822: Subject: y'],
    ],
    ['base64', 'Content-Transfer-Encoding: base64\n\nT2zD\noSE=\n', ['text/plain: OlÃ¡!']],
    [
      'base64 with noise and padding inside',
      'Content-Transfer-Encoding: base64\n\nQQ==\n*QkM=\nRA',
      ['text/plain: ABCD'],
    ],
    [
      'quoted-printable',
      'Content-Transfer-Encoding: quoted-printable\n\nOl=C3=A1 =\nmundo  \n=zz fim=',
      ['text/plain: OlÃ¡ mundo\n=zz fim'],
    ],
    ['an unknown encoding', 'Content-Transfer-Encoding: klingon\n\nx', ['text/plain: x']],
  ];

  it.each(cases)(
    'reads %s, in one piece and byte by byte, with CRLF and LF',
    (_name, raw, leaves) => {
      for (const size of [Number.POSITIVE_INFINITY, 1, 2, 3, 7]) {
        for (const crlf of [true, false]) expect(read(raw, size, crlf).leaves).toEqual(leaves);
      }
    },
  );

  it('keeps folded header lines together and the first of its kind first', () => {
    expect(read('Subject: um\n dois\nFrom: a\nbroken line\nFrom: b\n\n').header).toEqual([
      'Subject: um\n dois',
      'From: a',
      'From: b',
    ]);
  });

  it('D22: stops counting depth at a hundred and goes on', () => {
    let raw = 'Content-Type: multipart/mixed; boundary=b0\n\n';
    for (let i = 0; i < 600; i += 1)
      raw += `--b${i}\nContent-Type: multipart/mixed; boundary=b${i + 1}\n\n`;
    const found = read(`${raw}--b600\n\nfundo`);
    expect(found.problems).toContain('nested_too_deep');
    expect(found.leaves.join()).toContain('fundo');
  });

  it('D22: is linear: ten megabytes of dashes and a header without end take no time', () => {
    expect(
      read(`Content-Type: multipart/mixed; boundary=B\n\n--B\n\n${'--\n'.repeat(1_000_000)}--B--`)
        .leaves,
    ).toHaveLength(1);
    expect(read(`Subject: ${'x'.repeat(10_000_000)}\n\ny`).problems).toContain('header_truncated');
  });
});
