import { decodeCharset } from './charsets.js';

/** A file inside a winmail.dat. */
export interface TnefFile {
  readonly filename: string | null;
  readonly mediaType: string | null;
  readonly contentId: string | null;
  readonly content: Buffer;
}

/** What a winmail.dat holds (MS-OXTNEF). */
export interface TnefContent {
  readonly text: string | null;
  readonly html: string | null;
  readonly files: readonly TnefFile[];
}

const SIGNATURE = 0x223e9f78;
const MAX_ATTRIBUTES = 10_000;
const MAX_PROPERTIES = 5_000;
const MAX_FILES = 200;

const ATT_OEM_CODEPAGE = 0x9007;
const ATT_RENDERING = 0x9002;
const ATT_TITLE = 0x8010;
const ATT_DATA = 0x800f;
const ATT_ATTACHMENT = 0x9005;
const ATT_MAPI = 0x9003;
const ATT_BODY = 0x800c;

const PR_BODY = 0x1000;
const PR_HTML = 0x1013;
const PR_ATTACH_DATA = 0x3701;
const PR_ATTACH_FILENAME = 0x3704;
const PR_ATTACH_LONG_FILENAME = 0x3707;
const PR_ATTACH_MIME_TAG = 0x370e;
const PR_ATTACH_CONTENT_ID = 0x3712;
const PT_OBJECT = 0x000d;
const OBJECT_GUID_BYTES = 16;

interface OpenFile {
  title: string | null;
  longName: string | null;
  mediaType: string | null;
  contentId: string | null;
  content: Buffer | null;
}

/**
 * Unpacks what Outlook packs for its own kind. Each length is checked against what is there, nothing is copied that is
 * not kept, and a damaged end gives what stood before it. Null where the bytes are no TNEF.
 */
export function readTnef(bytes: Buffer): TnefContent | null {
  if (bytes.length < 6 || bytes.readUInt32LE(0) !== SIGNATURE) return null;
  let codepage = 'windows-1252';
  let text: string | null = null;
  let html: string | null = null;
  const files: OpenFile[] = [];
  const current = (): OpenFile | undefined => files.at(-1);
  let at = 6;
  for (let count = 0; count < MAX_ATTRIBUTES && at + 9 <= bytes.length; count += 1) {
    const id = bytes.readUInt16LE(at + 1);
    const length = bytes.readUInt32LE(at + 5);
    const value = bytes.subarray(at + 9, at + 9 + length);
    if (value.length < length) break;
    at += 9 + length + 2;
    if (id === ATT_OEM_CODEPAGE && length >= 4) codepage = codepageName(value.readUInt32LE(0));
    else if (id === ATT_BODY) text ??= textOf(value, codepage);
    else if (id === ATT_RENDERING && files.length < MAX_FILES)
      files.push({ title: null, longName: null, mediaType: null, contentId: null, content: null });
    else if (id === ATT_TITLE && current() !== undefined)
      current()!.title = textOf(value, codepage);
    else if (id === ATT_DATA && current() !== undefined) current()!.content = value;
    else if (id === ATT_ATTACHMENT && current() !== undefined)
      describe(current()!, properties(value, codepage));
    else if (id === ATT_MAPI) {
      const message = properties(value, codepage);
      text = stringOf(message.get(PR_BODY)) ?? text;
      const markup = message.get(PR_HTML);
      if (markup !== undefined)
        html = typeof markup === 'string' ? markup : decodeCharset(markup, 'utf-8');
    }
  }
  return { text, html, files: files.flatMap(finished) };
}

function describe(file: OpenFile, about: ReadonlyMap<number, string | Buffer>): void {
  file.longName =
    stringOf(about.get(PR_ATTACH_LONG_FILENAME)) ?? stringOf(about.get(PR_ATTACH_FILENAME));
  file.mediaType = stringOf(about.get(PR_ATTACH_MIME_TAG));
  file.contentId = stringOf(about.get(PR_ATTACH_CONTENT_ID));
  const data = about.get(PR_ATTACH_DATA);
  if (file.content === null && Buffer.isBuffer(data)) file.content = data;
}

function finished({ title, longName, mediaType, contentId, content }: OpenFile): TnefFile[] {
  if (content === null) return [];
  return [{ filename: longName ?? title, mediaType, contentId, content }];
}

/** The MAPI properties that hold text or bytes (MS-OXCDATA 2.11.1), by id; others are stepped over. */
function properties(value: Buffer, codepage: string): Map<number, string | Buffer> {
  const found = new Map<number, string | Buffer>();
  const reader = new PropertyReader(value);
  try {
    const count = Math.min(reader.uint32(), MAX_PROPERTIES);
    for (let index = 0; index < count; index += 1) {
      const type = reader.uint16();
      const id = reader.uint16();
      if (id >= 0x8000) reader.skipName();
      const content = reader.value(type, codepage);
      if (content !== null && !found.has(id)) found.set(id, content);
    }
  } catch (error) {
    // What was read before a damaged place counts.
    if (!(error instanceof RangeError)) throw error;
  }
  return found;
}

const FIXED_BYTES: Readonly<Record<number, number>> = {
  0x0001: 4,
  0x0002: 4,
  0x0003: 4,
  0x0004: 4,
  0x000a: 4,
  0x000b: 4,
  0x0005: 8,
  0x0006: 8,
  0x0007: 8,
  0x0014: 8,
  0x0040: 8,
  0x0048: 16,
};
const PT_STRING8 = 0x001e;
const PT_UNICODE = 0x001f;
const PT_BINARY = 0x0102;
const MULTI_VALUE = 0x1000;
const MAX_VALUES = 10_000;

/** Walks over properties; everything is padded to four bytes. RangeError where the bytes end too early. */
class PropertyReader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  uint16(): number {
    const value = this.bytes.readUInt16LE(this.at);
    this.at += 2;
    return value;
  }

  uint32(): number {
    const value = this.bytes.readUInt32LE(this.at);
    this.at += 4;
    return value;
  }

  /** A named property: a GUID, then a number or a name. */
  skipName(): void {
    this.at += 16;
    if (this.uint32() === 0) this.at += 4;
    else this.padded(this.uint32());
  }

  value(type: number, codepage: string): string | Buffer | null {
    const single = type & ~MULTI_VALUE;
    const fixed = FIXED_BYTES[single];
    const many = (type & MULTI_VALUE) !== 0;
    if (fixed !== undefined) {
      this.padded(many ? this.values() * fixed : fixed);
      return null;
    }
    let last: Buffer = Buffer.alloc(0);
    for (let left = this.values(); left > 0; left -= 1) last = this.padded(this.uint32());
    if (single === PT_UNICODE) return decodeCharset(last, 'utf-16le').replace(/\0+$/, '');
    if (single === PT_STRING8) return textOf(last, codepage);
    if (single === PT_OBJECT) return last.subarray(OBJECT_GUID_BYTES);
    return single === PT_BINARY ? last : null;
  }

  private values(): number {
    const count = this.uint32();
    if (count > MAX_VALUES) throw new RangeError('too many values');
    return count;
  }

  private padded(length: number): Buffer {
    if (length > this.bytes.length - this.at) throw new RangeError('beyond the end');
    const value = this.bytes.subarray(this.at, this.at + length);
    this.at += length + ((4 - (length % 4)) % 4);
    return value;
  }
}

function textOf(value: Buffer, codepage: string): string {
  return decodeCharset(value, codepage).replace(/\0[^]*$/, '');
}

function stringOf(value: string | Buffer | undefined): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

function codepageName(number: number): string {
  if (number === 65_001) return 'utf-8';
  if (number === 28_591) return 'iso-8859-1';
  return number >= 1 && number <= 9_999 ? `cp${number}` : 'windows-1252';
}
