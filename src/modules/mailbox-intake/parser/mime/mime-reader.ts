import { charsetHint } from '../header-text.js';
import { readPartHeader, type PartHeader } from './part-header.js';
import { decodeTransfer, type ByteSink } from './transfer-decoding.js';

/** A part without parts, and where it stands. */
export interface Leaf {
  readonly header: PartHeader;
  /** Media type in lower case, with the default of its place. */
  readonly mediaType: string;
  readonly isRoot: boolean;
  readonly inAlternative: boolean;
  readonly inRelated: boolean;
}

/** What the reader tells. */
export interface MimeHandler {
  /** The message's own header, once, as raw lines (binary strings, folding kept). */
  messageHeader(lines: readonly string[]): void;
  /** Where the decoded bytes of this leaf go; null: nowhere. */
  leaf(leaf: Leaf): ByteSink | null;
  problem(code: 'header_truncated' | 'parts_left_out' | 'nested_too_deep'): void;
}

interface Multipart {
  /** As binary strings: the line after the dashes, within and at the end. */
  readonly boundary: string;
  readonly closing: string;
  readonly subtype: string;
}

const MAX_DEPTH = 100;
const MAX_PARTS = 2_000;
const MAX_HEADER_BYTES = 1024 * 1024;
const MAX_PREAMBLE_BYTES = 1024 * 1024;
/** RFC 2046 allows 70; some mailers do not count. A longer line is no delimiter. */
const MAX_DELIMITER_LINE = 1_000;

const HEADER_LINE = /^[\x21-\x39\x3b-\x7e]+[ \t]*:/;
const WELL_KNOWN_HEADER =
  /^(return-path|received|delivered-to|from|to|cc|subject|date|message-id|reply-to|mime-version|content-type|x-[\w-]+)[ \t]*:/i;
const MAX_BEGINNING_LINES = 20;
const SUBJECT = /^subject[ \t]*:/i;
const CONTENT = /^content-/i;

const LF = 0x0a;
const CR = 0x0d;
const DASH = 0x2d;
const NEXT_DASHES = Buffer.from('\n--');
const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Reads a MIME message as its bytes come (RFC 2045, 2046): header, parts, leaves. Linear in the size of the message, in
 * bounded memory, and forgiving: a missing end, a wrong nesting or a header without end is read as far as it goes. A
 * message within a message (message/rfc822) is a leaf: it stays one file.
 */
export class MimeReader {
  private carry: Buffer = NOTHING;
  private readonly open: Multipart[] = [];
  private state: 'header' | 'body' | 'between' = 'header';
  private lines: string[] = [];
  /** The header line being read, unfolded: pieces, so that a line folded without end costs no square. */
  private readonly pieces: string[] = [];
  private headerBytes = 0;
  private parts = 0;
  private root = true;
  private sink: ByteSink | null = null;
  /** Lines before the first header; the beginning of the body where none comes. */
  private readonly beginning: string[] = [];
  /** The next byte begins a line that may be a delimiter without a line end of the body before it. */
  private fresh = false;
  /** Charset of raw 8-bit bytes in the parts' headers. */
  private hint = (): string => '';
  /** What stands before the first delimiter; the message's text where none ever comes. */
  private preamble: { header: PartHeader; pieces: Buffer[]; size: number } | null = null;
  /** The carried bytes begin in the middle of a line. */
  private midLine = false;

  constructor(private readonly handler: MimeHandler) {}

  push(chunk: Buffer): void {
    this.read(this.carry.length === 0 ? chunk : Buffer.concat([this.carry, chunk]), false);
  }

  end(): void {
    const rest = this.carry;
    this.carry = NOTHING;
    this.read(rest, true);
    if (this.state === 'header') this.beginBody();
    this.endLeaf();
    this.readUndivided();
  }

  /** A multipart message without any of its delimiters (a mailer's mistake) is one text. */
  private readUndivided(): void {
    const undivided = this.preamble;
    this.preamble = null;
    if (undivided === null || undivided.size === 0) return;
    const { header, pieces } = undivided;
    const place = { isRoot: true, inAlternative: false, inRelated: false };
    const sink = this.handler.leaf({ header, mediaType: 'text/plain', ...place });
    if (sink === null) return;
    const decoder = decodeTransfer(header.encoding, sink);
    for (const piece of pieces) decoder.write(piece);
    decoder.end();
  }

  private read(data: Buffer, last: boolean): void {
    let at = 0;
    while (at < data.length) {
      const next =
        this.state === 'header' ? this.readHeader(data, at, last) : this.readBody(data, at, last);
      if (next < 0) {
        // `-1 - n`: wait for more, keeping everything from n.
        this.carry = Buffer.from(data.subarray(-1 - next));
        return;
      }
      at = next;
    }
    this.carry = NOTHING;
  }

  /** Takes one header line; returns where the next begins. */
  private readHeader(data: Buffer, at: number, last: boolean): number {
    const lf = data.indexOf(LF, at);
    if (lf < 0 && !last) {
      if (data.length - at <= MAX_HEADER_BYTES) return -1 - at;
      this.takeHeaderLine(data, at, data.length);
      this.midLine = true;
      return data.length;
    }
    const end = lf < 0 ? data.length : lf;
    const next = lf < 0 ? data.length : lf + 1;
    const textEnd = end > at && data[end - 1] === CR ? end - 1 : end;
    if (this.midLine) {
      this.midLine = false;
      return next;
    }
    if (this.root && this.pieces.length === 0 && this.lines.length === 0)
      return this.readBeginning(data, at, textEnd, next);
    if (textEnd === at) {
      this.beginBody();
      return next;
    }
    if (data[at] === DASH && this.open.length > 0 && this.delimiter(data, at, end) !== null) {
      // A part that ends within its header.
      this.beginBody();
      return at;
    }
    this.takeHeaderLine(data, at, textEnd);
    return next;
  }

  /**
   * The first lines of a message, until one is a header. Empty lines and the separator of an mbox file are passed over;
   * other text before a header is a mailer's mistake, and before anything else it is a message without any header.
   */
  private readBeginning(data: Buffer, at: number, end: number, next: number): number {
    const line = data.toString('latin1', at, end);
    const header = this.beginning.length === 0 ? HEADER_LINE : WELL_KNOWN_HEADER;
    if (header.test(line)) {
      this.beginning.length = 0;
      this.takeHeaderLine(data, at, end);
    } else if (!/^>?from /i.test(line)) {
      const text = this.beginning.some((before) => before.trim() !== '');
      this.beginning.push(data.toString('latin1', at, next));
      if ((text && line.trim() === '') || this.beginning.length > MAX_BEGINNING_LINES)
        this.beginBody();
    }
    return next;
  }

  private takeHeaderLine(data: Buffer, at: number, end: number): void {
    this.headerBytes += end - at;
    if (this.headerBytes > MAX_HEADER_BYTES) {
      this.handler.problem('header_truncated');
      return;
    }
    const line = data.toString('latin1', at, end);
    if (HEADER_LINE.test(line)) {
      this.endHeaderLine();
      this.pieces.push(line);
    } else if (this.pieces.length > 0 && (/^[ \t]/.test(line) || this.goesOn())) {
      this.pieces.push(line.trimStart());
    }
  }

  /** A subject or a list of parameters that a mailer broke and forgot to fold; other lines between headers are nobody's. */
  private goesOn(): boolean {
    const begin = this.pieces[0]!;
    return (
      SUBJECT.test(begin) || (CONTENT.test(begin) && this.pieces.at(-1)!.trimEnd().endsWith(';'))
    );
  }

  private endHeaderLine(): void {
    if (this.pieces.length > 0) this.lines.push(this.pieces.join('\n '));
    this.pieces.length = 0;
  }

  private beginBody(): void {
    this.endHeaderLine();
    if (this.root) {
      this.handler.messageHeader(this.lines);
      const { lines } = this;
      this.hint = () => charsetHint(lines);
    }
    const header = readPartHeader(this.lines, this.hint);
    this.lines = [];
    this.headerBytes = 0;
    this.fresh = true;
    this.parts += 1;
    const isRoot = this.root;
    this.root = false;
    const parent = this.open.at(-1);
    const mediaType =
      header.contentType.value || (parent?.subtype === 'digest' ? 'message/rfc822' : 'text/plain');
    const boundary = header.contentType.params.get('boundary')?.trimEnd() ?? '';
    if (mediaType.startsWith('multipart/') && boundary !== '') {
      if (this.open.length < MAX_DEPTH) {
        const binary = Buffer.from(boundary, 'utf8').toString('latin1');
        this.open.push({
          boundary: binary,
          closing: `${binary}--`,
          subtype: mediaType.slice(10),
        });
        this.state = 'between';
        if (isRoot) this.preamble = { header, pieces: [], size: 0 };
        return;
      }
      this.handler.problem('nested_too_deep');
    }
    this.state = 'body';
    if (this.parts > MAX_PARTS) {
      this.handler.problem('parts_left_out');
      return;
    }
    const sink = this.handler.leaf({
      header,
      mediaType: mediaType.startsWith('multipart/') ? 'text/plain' : mediaType,
      isRoot,
      inAlternative: this.open.some(({ subtype }) => subtype === 'alternative'),
      inRelated: this.open.some(({ subtype }) => subtype === 'related'),
    });
    this.sink = sink === null ? null : decodeTransfer(header.encoding, sink);
    if (isRoot && this.beginning.length > 0) {
      this.sink?.write(Buffer.from(this.beginning.join('').trimStart(), 'latin1'));
    }
  }

  /** Takes body bytes up to the next delimiter; returns where reading goes on. */
  private readBody(data: Buffer, from: number, last: boolean): number {
    if (this.open.length === 0) {
      this.sink?.write(data.subarray(from));
      return data.length;
    }
    let line = this.fresh ? from : -1;
    this.fresh = false;
    for (;;) {
      if (line < 0) {
        const found = data.indexOf(NEXT_DASHES, from === 0 ? 0 : from);
        if (found < 0) return this.takeRest(data, from, last);
        line = found + 1;
      }
      const lf = data.indexOf(LF, line);
      if (lf < 0 && !last && data.length - line < MAX_DELIMITER_LINE) {
        const kept = this.beforeLineEnd(data, from, line);
        this.take(data, from, kept);
        // With nothing of a line end before it, the line is still the first of its body.
        this.fresh = kept === line;
        return -1 - kept;
      }
      const end = lf < 0 ? data.length : lf;
      const delimiter = data[line] === DASH ? this.delimiter(data, line, end) : null;
      if (delimiter !== null) {
        this.take(data, from, this.beforeLineEnd(data, from, line));
        this.cross(delimiter);
        return lf < 0 ? data.length : lf + 1;
      }
      const next = data.indexOf(NEXT_DASHES, line);
      if (next < 0) return this.takeRest(data, from, last);
      line = next + 1;
    }
  }

  /** No delimiter begins in these bytes, but the last line end may belong to one that comes. */
  private takeRest(data: Buffer, from: number, last: boolean): number {
    if (last) {
      this.take(data, from, data.length);
      return data.length;
    }
    let keep = data.length;
    if (keep > from && data[keep - 1] === DASH) keep -= 1;
    if (keep > from && data[keep - 1] === LF) keep -= 1;
    else if (keep < data.length) keep = data.length;
    if (keep > from && data[keep - 1] === CR) keep -= 1;
    this.take(data, from, keep);
    return keep === data.length ? data.length : -1 - keep;
  }

  private take(data: Buffer, from: number, to: number): void {
    if (to <= from) return;
    if (this.state === 'body') this.sink?.write(data.subarray(from, to));
    else if (this.preamble !== null && this.preamble.size < MAX_PREAMBLE_BYTES) {
      this.preamble.pieces.push(Buffer.from(data.subarray(from, to)));
      this.preamble.size += to - from;
    }
  }

  /** The line end before a delimiter belongs to the delimiter (RFC 2046 5.1.1). */
  private beforeLineEnd(data: Buffer, from: number, line: number): number {
    let end = line;
    if (end > from && data[end - 1] === LF) end -= 1;
    if (end > from && end < line && data[end - 1] === CR) end -= 1;
    return end;
  }

  /** Which open multipart this line delimits, the innermost first, and whether it closes it. */
  private delimiter(
    data: Buffer,
    line: number,
    end: number,
  ): { level: number; closes: boolean } | null {
    if (end - line > MAX_DELIMITER_LINE || data[line + 1] !== DASH) return null;
    const text = data.toString('latin1', line + 2, end).trimEnd();
    for (let level = this.open.length - 1; level >= 0; level -= 1) {
      const { boundary, closing } = this.open[level]!;
      if (text === boundary) return { level, closes: false };
      if (text === closing) return { level, closes: true };
    }
    return null;
  }

  private cross({ level, closes }: { level: number; closes: boolean }): void {
    this.endLeaf();
    this.preamble = null;
    this.open.length = closes ? level : level + 1;
    this.state = closes ? 'between' : 'header';
    this.fresh = true;
    if (closes && this.open.length === 0) {
      // What follows the outermost end is an epilogue: nobody's.
      this.sink = null;
      this.state = 'body';
    }
  }

  private endLeaf(): void {
    this.sink?.end();
    this.sink = null;
  }
}
