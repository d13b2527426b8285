/** Takes the bytes of one leaf, in order. */
export interface ByteSink {
  write(bytes: Buffer): void;
  end(): void;
}

/** Undoes a Content-Transfer-Encoding (RFC 2045) on the way into `sink`; what is unknown passes as it is. */
export function decodeTransfer(encoding: string, sink: ByteSink): ByteSink {
  if (encoding === 'base64') return new Base64Decoder(sink);
  if (encoding === 'quoted-printable') return new QuotedPrintableDecoder(sink);
  return sink;
}

/** Ignores everything outside the alphabet; padding may come in the middle (parts glued together). */
class Base64Decoder implements ByteSink {
  private carry = '';
  /** Of one piece of input, handed on together. */
  private readonly decoded: Buffer[] = [];

  constructor(private readonly sink: ByteSink) {}

  write(bytes: Buffer): void {
    const text = this.carry + bytes.toString('latin1').replace(/[^A-Za-z0-9+/=]+/g, '');
    let from = 0;
    // Behind padding a new text begins, at its own first character.
    for (let padding = text.indexOf('='); padding >= 0; padding = text.indexOf('=', from)) {
      if (padding > from) this.keep(Buffer.from(text.slice(from, padding), 'base64'));
      from = padding + 1;
    }
    const whole = text.length - ((text.length - from) % 4);
    this.carry = text.slice(whole);
    if (whole > from) this.keep(Buffer.from(text.slice(from, whole), 'base64'));
    this.flush();
  }

  end(): void {
    this.decode(this.carry);
    this.sink.end();
  }

  private decode(text: string): void {
    if (text.length > 1) this.sink.write(Buffer.from(text, 'base64'));
  }

  private keep(piece: Buffer): void {
    if (piece.length > 0) this.decoded.push(piece);
  }

  private flush(): void {
    if (this.decoded.length > 0)
      this.sink.write(this.decoded.length === 1 ? this.decoded[0]! : Buffer.concat(this.decoded));
    this.decoded.length = 0;
  }
}

const EQUALS = 0x3d;
const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const TAB = 0x09;

class QuotedPrintableDecoder implements ByteSink {
  private carry: Buffer = Buffer.alloc(0);

  constructor(private readonly sink: ByteSink) {}

  write(bytes: Buffer): void {
    const data = this.carry.length === 0 ? bytes : Buffer.concat([this.carry, bytes]);
    const cut = undecided(data);
    this.carry = data.subarray(cut);
    // An endless run of blanks or a lone equals sign decides itself.
    if (this.carry.length > 1_000) {
      this.carry = Buffer.alloc(0);
      this.sink.write(decodeQuotedPrintable(data, false));
    } else if (cut > 0) {
      this.sink.write(decodeQuotedPrintable(data.subarray(0, cut), false));
    }
  }

  end(): void {
    if (this.carry.length > 0) this.sink.write(decodeQuotedPrintable(this.carry, true));
    this.sink.end();
  }
}

/** Where the tail begins whose meaning depends on bytes to come: blanks, a CR, an unfinished `=`. */
function undecided(data: Buffer): number {
  let at = data.length;
  while (at > 0 && (data[at - 1] === SPACE || data[at - 1] === TAB || data[at - 1] === CR)) at -= 1;
  if (at > 0 && data[at - 1] === EQUALS) return at - 1;
  if (at === data.length && at > 1 && data[at - 2] === EQUALS) return at - 2;
  return at;
}

/** RFC 2045 6.7: `=XX`, soft line breaks, no blanks at the end of a line; a wrong sequence stays as it is. */
function decodeQuotedPrintable(data: Buffer, last: boolean): Buffer {
  const out = Buffer.allocUnsafe(data.length);
  let size = 0;
  /** Behind the last byte of the line that is not a literal blank. */
  let solid = 0;
  for (let at = 0; at < data.length; at += 1) {
    const byte = data[at]!;
    if (byte === EQUALS) {
      const high = hexValue(data[at + 1]);
      const low = hexValue(data[at + 2]);
      if (high >= 0 && low >= 0) {
        out[size++] = high * 16 + low;
        solid = size;
        at += 2;
        continue;
      }
      const lineEnd = endOfSoftBreak(data, at + 1, last);
      if (lineEnd >= 0) {
        at = lineEnd;
        solid = size;
        continue;
      }
      out[size++] = byte;
      solid = size;
    } else if (byte === LF) {
      const crlf = size > 0 && out[size - 1] === CR && data[at - 1] === CR;
      size = Math.min(size, solid);
      if (crlf) out[size++] = CR;
      out[size++] = LF;
      solid = size;
    } else {
      out[size++] = byte;
      if (byte !== SPACE && byte !== TAB && byte !== CR) solid = size;
    }
  }
  return out.subarray(0, size);
}

/** Index of the LF that ends a soft break beginning at `at` (blanks allowed before it), or of the `last` byte; else -1. */
function endOfSoftBreak(data: Buffer, at: number, last: boolean): number {
  let next = at;
  while (data[next] === SPACE || data[next] === TAB) next += 1;
  if (data[next] === CR) next += 1;
  if (data[next] === LF) return next;
  return last && next >= data.length ? data.length - 1 : -1;
}

function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  if (byte >= 0x41 && byte <= 0x46) return byte - 0x37;
  if (byte >= 0x61 && byte <= 0x66) return byte - 0x57;
  return -1;
}
