import { MAX_HTML_LENGTH, MAX_TEXT_LENGTH, textOfHtml } from './body-text.js';
import { decodeCharset, decodeUnlabelled } from './charsets.js';
import { storable } from './header-text.js';
import { unflow } from './mime/flowed-text.js';
import type { Leaf } from './mime/mime-reader.js';
import type { ByteSink } from './mime/transfer-decoding.js';
import { withoutUuencoded, type UuencodedFile } from './uuencoded.js';

/** A text part as it stood in the message. */
interface BodyPart {
  readonly kind: 'plain' | 'html';
  readonly text: string;
  readonly inAlternative: boolean;
}

/** Bytes of one text part that are kept: no charset needs more than four a character. */
const MAX_TEXT_BYTES = 4 * MAX_TEXT_LENGTH;
const MAX_HTML_BYTES = 4 * MAX_HTML_LENGTH;
/** Charsets that say nothing: what is not ASCII in them is decided by looking at it. */
const UNLABELLED = /^(|us-ascii|ascii|unknown-8bit|x-unknown|default|8bit|binary)$/;

/** Collects the text parts of one message and makes its text and its HTML of them. */
export class MessageBodies {
  private readonly parts: BodyPart[] = [];
  /** Lines of ours. */
  private readonly remarks: string[] = [];

  constructor(
    private readonly problem: (code: string) => void,
    /** Takes files that stood in a text. */
    private readonly foundFiles: (files: readonly UuencodedFile[]) => void = () => undefined,
  ) {}

  get empty(): boolean {
    return this.parts.length === 0;
  }

  /** Nothing was written in any part. */
  get blank(): boolean {
    return this.parts.every(({ text }) => text.trim() === '');
  }

  /** The place for a text leaf's bytes. */
  sinkFor({ mediaType, header, inAlternative }: Leaf): ByteSink {
    const kind = mediaType === 'text/html' ? 'html' : 'plain';
    const limit = kind === 'html' ? MAX_HTML_BYTES : MAX_TEXT_BYTES;
    const pieces: Buffer[] = [];
    let kept = 0;
    const { params } = header.contentType;
    return {
      write: (bytes) => {
        if (kept + bytes.length > limit)
          this.problem(`${kind === 'html' ? 'html' : 'text'}_truncated`);
        const room = bytes.subarray(0, Math.max(0, limit - kept));
        if (room.length > 0) pieces.push(room);
        kept += room.length;
      },
      end: () => {
        const charset = params.get('charset')?.trim().toLowerCase() ?? '';
        const bytes = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
        const decoded = UNLABELLED.test(charset)
          ? decodeUnlabelled(bytes)
          : decodeCharset(bytes, charset);
        const lines = decoded.replace(/\r\n?/g, '\n');
        const flowed = kind === 'plain' && params.get('format')?.toLowerCase() === 'flowed';
        const text = flowed ? unflow(lines, params.get('delsp')?.toLowerCase() === 'yes') : lines;
        const unpacked = kind === 'plain' ? withoutUuencoded(text) : { text, files: [] };
        if (unpacked.files.length > 0) this.foundFiles(unpacked.files);
        this.parts.push({ kind, text: storable(unpacked.text), inAlternative });
      },
    };
  }

  /** The text of a message that has none in its own parts. */
  supply({ text, html }: { readonly text: string; readonly html: string | null }): void {
    if (this.parts.some((part) => part.text.trim() !== '')) return;
    if (text.trim() !== '') this.parts.push({ kind: 'plain', text, inAlternative: html !== null });
    if (html !== null) this.parts.push({ kind: 'html', text: storable(html), inAlternative: true });
  }

  /** A line of ours behind the text: what the message holds besides. */
  append(line: string): void {
    this.remarks.push(line);
  }

  /** Plain parts, and HTML parts that have no plain sibling, in their order. */
  text(): string {
    const plain = this.parts.filter((part) => part.kind === 'plain' && part.text.trim() !== '');
    const pieces =
      plain.length === 0
        ? this.parts.filter(({ kind }) => kind === 'html')
        : this.parts.filter(
            (part) => plain.includes(part) || (part.kind === 'html' && !part.inAlternative),
          );
    const texts = pieces.map((part) =>
      part.kind === 'plain' ? part.text : this.converted(part.text),
    );
    const text = this.bounded(texts.join('\n'), MAX_TEXT_LENGTH, 'text_truncated');
    if (this.remarks.length === 0) return text;
    return [...(text.trim() === '' ? [] : [text.trimEnd(), '']), ...this.remarks].join('\n');
  }

  /** HTML parts, with plain parts that stand beside them (not instead of them); null where there is no HTML. */
  html(): string | null {
    if (!this.parts.some(({ kind }) => kind === 'html')) return null;
    const pieces = this.parts.flatMap(({ kind, text, inAlternative }) => {
      if (kind === 'html') return [text];
      return inAlternative || text.trim() === '' ? [] : [inParagraph(text)];
    });
    pieces.push(...this.remarks.map(inParagraph));
    return this.bounded(pieces.join('\n'), MAX_HTML_LENGTH, 'html_truncated');
  }

  private converted(html: string): string {
    const text = textOfHtml(html);
    if (text === null) this.problem('html_not_converted');
    return text ?? '';
  }

  private bounded(text: string, limit: number, code: string): string {
    if (text.length <= limit) return text;
    this.problem(code);
    return storable(text.slice(0, limit));
  }
}

function inParagraph(text: string): string {
  return `<div style="white-space: pre-wrap">${escaped(text)}</div>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Text is a body unless it says that it is a file: by its disposition, or by a name where there is a body already. */
export function isBody({ mediaType, header }: Leaf, bodies: MessageBodies): boolean {
  if (mediaType !== 'text/plain' && mediaType !== 'text/html') return false;
  if (header.disposition.value !== '' && header.disposition.value !== 'inline') return false;
  return header.filename === null || bodies.empty;
}
