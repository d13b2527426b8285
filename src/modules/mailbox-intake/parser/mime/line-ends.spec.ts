import { describe, expect, it } from '@jest/globals';
import { LineEnds } from './line-ends.js';

const through = (...pieces: string[]): string => {
  const lineEnds = new LineEnds();
  return pieces.map((piece) => lineEnds.unified(Buffer.from(piece)).toString()).join('');
};

describe('LineEnds', () => {
  it('reads the lines of a message that ends them in CR alone', () => {
    expect(through('From: a@b.test\rSubject: x\r\r', 'oi\rtchau\r')).toBe(
      'From: a@b.test\nSubject: x\n\noi\ntchau\n',
    );
  });
  it.each([
    ['CRLF', 'Subject: x\r\n\r\noi\r\n'],
    ['LF', 'Subject: x\n\noi\n'],
    ['a CR within a line', 'Subject: x\n\noi\rtchau\n'],
    ['nothing at all', ''],
  ])('leaves %s alone', (_name, text) => expect(through(text)).toBe(text));
});
