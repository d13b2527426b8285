import { describe, expect, it } from '@jest/globals';
import { simpleParser } from 'mailparser';
import { displayName, fold, headerText, messageIds } from './header-text.js';
import { plainMime } from './plain-mime.js';
import { quotedPrintable } from './quoted-printable.js';

/** A fixed sequence of texts that look like anything: accents, emoji, long words, controls of line ends. */
function* texts(count: number): Iterable<string> {
  const pieces = [
    'a',
    'ção',
    ' ',
    '  ',
    '=',
    '=?',
    '?=',
    '.',
    '🙂',
    'x'.repeat(90),
    '\t',
    '"',
    '\\',
    ',',
    '<b>',
  ];
  let seed = 7;
  const next = (below: number): number => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff;
    return seed % below;
  };
  for (let index = 0; index < count; index += 1) {
    let text = '';
    for (let length = next(60); length > 0; length -= 1) text += pieces[next(pieces.length)]!;
    yield text;
  }
}

const lineEnds = (text: string): string => text.replaceAll(/\r\n|\r|\n/g, '\n');

describe('quotedPrintable', () => {
  it.each([
    ['', ''],
    ['Olá', 'Ol=C3=A1'],
    ['a = b', 'a =3D b'],
    ['fim \nx\t', 'fim=20\r\nx=09'],
    ['a\rb\r\nc\nd', 'a\r\nb\r\nc\r\nd'],
    ['x'.repeat(76), 'x'.repeat(76)],
    ['x'.repeat(77), `${'x'.repeat(75)}=\r\nxx`],
    [`${'x'.repeat(74)}á`, `${'x'.repeat(74)}=\r\n=C3=A1`],
  ])('%j', (text, encoded) => {
    expect(quotedPrintable(text).toString()).toBe(encoded);
  });

  it('never makes a line longer than 76 characters', () => {
    for (const text of texts(300)) {
      for (const line of quotedPrintable(text).toString().split('\r\n')) {
        expect(line.length).toBeLessThanOrEqual(76);
        expect(line).toMatch(/^[\t\x20-\x7e]*$/);
      }
    }
  });
});

describe('headers', () => {
  it.each([
    ['Maria Silva', 'Maria Silva'],
    ['Silva, Maria "M"', '"Silva, Maria \\"M\\""'],
    ['José', '=?UTF-8?B?Sm9zw6k=?='],
    ['', ''],
  ])('the name %j is %s', (name, written) => {
    expect(displayName(name)).toBe(written);
  });

  it('folds at white space, and ids one a line', () => {
    expect(
      fold(`X: ${'palavra '.repeat(20).trim()}`)
        .split('\r\n')
        .every((line) => line.length <= 76),
    ).toBe(true);
    expect(fold(`X: ${'x'.repeat(200)}`)).toBe(`X: ${'x'.repeat(200)}`);
    expect(messageIds('References', ['a@b', 'c@d'])).toBe('References: <a@b>\r\n <c@d>');
  });
});

it('what is written is what mailparser reads: any subject, text and HTML', async () => {
  for (const text of texts(120)) {
    const subject = text.replaceAll(/\s+/g, ' ').trim();
    const html = `<p>${text}</p>`;
    const raw = plainMime([headerText('Subject', subject)], text, html, '=_fronteira');
    for (const line of raw.toString().split('\r\n')) {
      expect(line.length).toBeLessThanOrEqual(998);
      expect(line).toMatch(/^[\t\x20-\x7e]*$/);
    }
    const parsed = await simpleParser(raw, { skipTextToHtml: true });
    expect(parsed.subject ?? '').toBe(subject);
    expect(lineEnds(parsed.text ?? '').trimEnd()).toBe(lineEnds(text).trimEnd());
    expect(parsed.html).toBe(html);
  }
});
