import { decodeCharset, decodeUnlabelled } from './charsets.js';

/** Control characters but tabulator and line ends: nothing that a person wrote, and PostgreSQL refuses NUL. */
const CONTROL = /[^\P{Cc}\t\n\r]/gu;
const LONE_SURROGATE = /\p{Cs}/gu;
const UNCLEAN = /[^\P{Cc}\t\n\r]|\p{Cs}/u;

/**
 * Text that PostgreSQL takes and a page shows: without NUL and other control characters, without halves of surrogate
 * pairs. Use it again after cutting.
 */
export function storable(text: string): string {
  // One look at what nearly every text is: clean.
  if (!UNCLEAN.test(text)) return text;
  return text.replace(CONTROL, '').replace(LONE_SURROGATE, '\ufffd');
}

/** The charset that a header names somewhere, for its raw 8-bit bytes: of the body, else of an encoded word; or ''. */
export function charsetHint(lines: Iterable<string>): string {
  let word = '';
  for (const line of lines) {
    const declared = /^content-type\b.*?\bcharset\s*=\s*"?([\w.:-]{1,40})/is.exec(line)?.[1];
    if (declared !== undefined) return declared;
    word ||= /=\?([\w.:-]{1,40})(?:\*[\w-]*)?\?[bq]\?/i.exec(line)?.[1] ?? '';
  }
  return word;
}

/** One header line as a binary string: name and unfolded value, raw bytes decoded (by `hint` where they are no UTF-8). */
export function readHeaderLine(
  line: string,
  hint: () => string = () => '',
): { name: string; value: string } {
  const text = /[\x80-\xff]/.test(line)
    ? decodeUnlabelled(Buffer.from(line, 'latin1'), hint())
    : line;
  const colon = text.indexOf(':');
  if (colon < 0) return { name: '', value: '' };
  const value = text
    .slice(colon + 1)
    .replace(/\r?\n[ \t]/g, ' ')
    .replace(/[\r\n]+/g, ' ');
  return { name: text.slice(0, colon).trim().toLowerCase(), value: storableLine(value).trim() };
}

/** ISO-2022 of a raw header is read before its escapes would be taken for control characters. */
function storableLine(value: string): string {
  const escaped = value.includes('\x1b');
  return storable(escaped ? decodeUnlabelled(Buffer.from(value, 'utf8')) : value);
}

/**
 * Decodes RFC 2047 encoded words. Neighbours in one charset are decoded together, because mailers split words in the
 * middle of a character. What is no encoded word stays as it is.
 */
export function decodeWords(value: string): string {
  if (!value.includes('=?')) return value;
  const joined = value.replace(/(\?=)\s+(?==\?)/g, '$1');
  const words = /=\?([^?\s]{1,60})\?([bq])\?([^?]*)\?=/gi;
  let result = '';
  let at = 0;
  let charset = '';
  let bytes: Buffer[] = [];
  const flush = (): void => {
    if (bytes.length > 0) result += decodeCharset(Buffer.concat(bytes), charset);
    bytes = [];
  };
  for (const match of joined.matchAll(words)) {
    const [whole, named = '', encoding = '', payload = ''] = match;
    // Words of ISO-2022 begin and end in ASCII, so their escapes must not meet.
    if (match.index > at || named.toLowerCase() !== charset || charset.startsWith('iso-2022'))
      flush();
    result += joined.slice(at, match.index);
    charset = named.toLowerCase();
    bytes.push(encoding.toLowerCase() === 'b' ? Buffer.from(payload, 'base64') : decodeQ(payload));
    at = match.index + whole.length;
  }
  flush();
  return storable(result + joined.slice(at));
}

function decodeQ(payload: string): Buffer {
  const binary = payload
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_all, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return Buffer.from(binary, /[\u0100-\uffff]/.test(binary) ? 'utf8' : 'latin1');
}
