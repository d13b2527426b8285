/** Bytes that stand for themselves (RFC 2045 §6.7): printable ASCII but `=`; space and tab inside a line. */
const LITERAL = new Uint8Array(256);
for (let byte = 0x21; byte <= 0x7e; byte += 1) LITERAL[byte] = 1;
LITERAL[0x3d] = 0;
LITERAL[0x20] = 1;
LITERAL[0x09] = 1;

const HEX = Buffer.from('0123456789ABCDEF');
const MAX_LINE = 76;
const CR = 0x0d;
const LF = 0x0a;
const EQUALS = 0x3d;
const SPACE = 0x20;
const TAB = 0x09;

/**
 * Text in quoted-printable: UTF-8, line breaks of any kind as CRLF, lines of at most 76 characters, white space at the
 * end of a line encoded. One pass over the bytes: acknowledgements are composed by the thousand.
 */
export function quotedPrintable(text: string): Buffer {
  const input = Buffer.from(text, 'utf8');
  // Every byte may become `=XX`, and every 73 characters at worst a soft break.
  const output = Buffer.allocUnsafe(input.length * 3 + Math.ceil(input.length / 24) * 3 + 8);
  let to = 0;
  let column = 0;
  for (let at = 0; at < input.length; at += 1) {
    const byte = input[at]!;
    if (byte === CR || byte === LF) {
      if (byte === CR && input[at + 1] === LF) at += 1;
      output[to++] = CR;
      output[to++] = LF;
      column = 0;
      continue;
    }
    const next = input[at + 1];
    const endsLine = next === undefined || next === LF || next === CR;
    const literal = LITERAL[byte] === 1 && !(endsLine && (byte === SPACE || byte === TAB));
    const width = literal ? 1 : 3;
    // The last place of a line is the soft break's, unless the line ends here anyway.
    if (column + width > (endsLine ? MAX_LINE : MAX_LINE - 1)) {
      output[to++] = EQUALS;
      output[to++] = CR;
      output[to++] = LF;
      column = 0;
    }
    if (literal) {
      output[to++] = byte;
    } else {
      output[to++] = EQUALS;
      output[to++] = HEX[byte >> 4]!;
      output[to++] = HEX[byte & 15]!;
    }
    column += width;
  }
  return output.subarray(0, to);
}
