import type { ByteSink } from './transfer-decoding.js';

const CR = 0x0d;
const LF = 0x0a;

/** Turns the line ends of the canonical form (CRLF) into local ones (LF), as RFC 2049 4 describes for text. */
export class LocalLines implements ByteSink {
  /** The last piece ended in a CR that may belong to a line end. */
  private pending = false;

  constructor(private readonly sink: ByteSink) {}

  write(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.pending && bytes[0] !== LF) this.sink.write(Buffer.of(CR));
    this.pending = bytes[bytes.length - 1] === CR;
    const text = this.pending ? bytes.subarray(0, -1) : bytes;
    if (!text.includes(CR)) {
      if (text.length > 0) this.sink.write(text);
      return;
    }
    const out = Buffer.allocUnsafe(text.length);
    let size = 0;
    for (let at = 0; at < text.length; at += 1) {
      if (text[at] !== CR || text[at + 1] !== LF) out[size++] = text[at]!;
    }
    this.sink.write(out.subarray(0, size));
  }

  end(): void {
    if (this.pending) this.sink.write(Buffer.of(CR));
    this.sink.end();
  }
}
