import { isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';

type Decode = (bytes: Uint8Array) => string;

const utf8 = new TextDecoder('utf-8');
const windows1252 = new TextDecoder('windows-1252');
const REPLACEMENT = '\ufffd';
const ESCAPE = 0x1b;
/** Escapes that begin characters of ISO-2022-JP. */
const JAPANESE = ['\x1b$@', '\x1b$B', '\x1b(J', '\x1b(I'];

/** How mailers spell what the WHATWG names otherwise; superset for subset where mail mixes them up. */
const ALIASES: readonly (readonly [RegExp, string])[] = [
  [/^utf-?8(mb4)?$/, 'utf-8'],
  [/^(unicode-1-1-)?utf-?7$/, 'utf-7'],
  [/^utf-?(16|32)$/, 'utf-$1'],
  [/^(?:x-)?(?:win|windows|cp|ms|x-cp)[-_]?(125\d|874)$/, 'windows-$1'],
  [/^(?:iso|x-iso)?[-_]?8859[-_]?(\d{1,2})(-[ei])?$/, 'iso-8859-$1'],
  [/^latin[-_]?1$/, 'iso-8859-1'],
  [/^latin[-_]?9$/, 'iso-8859-15'],
  [/^(x-)?(gb_?2312(-80)?|gbk|cp936|ms936|windows-936|euc-cn|x-euc-cn|gb18030)$/, 'gb18030'],
  [/^(ks_?c_?-?5601.*|cp949|ms949|uhc|windows-949|x-windows-949|euckr)$/, 'euc-kr'],
  [/^(x-)?(cp932|ms932|sjis|shift-?_?jis|windows-31j|ms_kanji)$/, 'shift_jis'],
  [/^(x-)?(eucjp|euc-?jp)$/, 'euc-jp'],
  [/^(cs)?iso-?2022-?jp.*$/, 'iso-2022-jp'],
  [/^(cp950|ms950|big5-?hkscs|x-x-big5|big-?5)$/, 'big5'],
  [/^(cp|ibm|dos)[-_]?(437|737|775|8\d\d)$/, 'cp$2'],
];

/** Labels that are put on anything: good UTF-8 under one of them is UTF-8. */
const WESTERN = /^(iso-8859-1|iso-8859-15|windows-1252)$/;
/** Their bytes look like ASCII and are not. */
const SEVEN_BIT = /^(utf-7|utf-7-imap|iso-2022-.*|hz.*|utf-16.*|utf-32.*)$/;

const decoders = new Map<string, { readonly name: string; readonly decode: Decode | null }>();

/**
 * Text of bytes by a charset name as mail writes it. Labels lie: UTF-8 under a Western label and Western text under
 * UTF-8 are read as what they are; an unknown charset as UTF-8, else windows-1252. Never throws.
 */
export function decodeCharset(bytes: Uint8Array, charset: string): string {
  const { name, decode } = decoderOf(charset);
  if (!SEVEN_BIT.test(name) && isAscii(bytes)) return decodeAscii(bytes);
  if (decode === null) return decodeUnlabelled(bytes);
  if (WESTERN.test(name)) return decodeStrictly(bytes) ?? decode(bytes);
  const text = decode(bytes);
  if (!text.includes(REPLACEMENT)) return text;
  return name === 'utf-8' ? mendedUtf8(bytes, text) : (decodeStrictly(bytes) ?? text);
}

/** Bytes without a label: UTF-8 (RFC 6532) where they are, else by `hint` where it explains them, else windows-1252. */
export function decodeUnlabelled(bytes: Uint8Array, hint = ''): string {
  if (isAscii(bytes)) return decodeAscii(bytes);
  const unicode = decodeStrictly(bytes);
  if (unicode !== null) return unicode;
  const hinted = hint === '' ? null : decoderOf(hint).decode;
  const text = hinted?.(bytes) ?? null;
  return text === null || text.includes(REPLACEMENT) ? windows1252.decode(bytes) : text;
}

/** Old Japanese mail says nothing, or us-ascii, and writes ISO-2022-JP. */
function decodeAscii(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (!bytes.includes(ESCAPE) || !JAPANESE.some((sign) => text.includes(sign))) return text;
  return decoderOf('iso-2022-jp').decode!(bytes);
}

function decoderOf(charset: string): { readonly name: string; readonly decode: Decode | null } {
  const known = decoders.get(charset);
  if (known !== undefined) return known;
  const name = canonical(charset);
  const found = { name, decode: decoderNamed(name) };
  // Names come from strangers: the table stays small.
  if (decoders.size < 300) decoders.set(charset.slice(0, 100), found);
  return found;
}

function canonical(charset: string): string {
  const name = charset
    .slice(0, 60)
    .toLowerCase()
    .replace(/\*.*$/, '')
    .replace(/["'<>\s]/g, '');
  for (const [pattern, replacement] of ALIASES) {
    if (pattern.test(name)) return name.replace(pattern, replacement);
  }
  return name;
}

function decoderNamed(name: string): Decode | null {
  if (name === 'hz-gb-2312' || name === 'hz') return decodeHz;
  if (name === 'iso-2022-kr') return decodeIso2022Kr;
  try {
    const decoder = new TextDecoder(name);
    return (bytes) => decoder.decode(bytes);
  } catch {
    // Not one of the WHATWG's: UTF-7, UTF-32, DOS code pages, Macintosh scripts.
  }
  if (name === '' || !iconv.encodingExists(name)) return null;
  return (bytes) => iconv.decode(bytes, name);
}

/** Cut in the middle of a character it stays UTF-8; with more wrong bytes than right characters it never was. */
function mendedUtf8(bytes: Uint8Array, text: string): string {
  let wrong = 0;
  let right = 0;
  for (const character of text) {
    if (character === REPLACEMENT) wrong += 1;
    else if (character > '\x7f') right += 1;
  }
  return wrong > right && wrong < text.length / 2 ? windows1252.decode(bytes) : text;
}

/** The text where the bytes are UTF-8 without fault, else null; asked without an exception, which would be dear. */
function decodeStrictly(bytes: Uint8Array): string | null {
  return isUtf8(bytes) ? utf8.decode(bytes) : null;
}

/** RFC 1843: `~{` … `~}` around GB 2312 without its high bits. */
function decodeHz(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1');
  const eightBit = text
    .replace(/~\{([\x21-\x7e]*?)(~\}|(?=\n)|$)/g, (_all: string, inner: string) => highBits(inner))
    .replace(/~\n/g, '')
    .replaceAll('~~', '~');
  return new TextDecoder('gb18030').decode(Buffer.from(eightBit, 'latin1'));
}

/** RFC 1557: SO … SI around KS C 5601 without its high bits. */
function decodeIso2022Kr(bytes: Uint8Array): string {
  const [plain = '', ...shifted] = Buffer.from(bytes)
    .toString('latin1')
    .replaceAll('\x1b$)C', '')
    .split('\x0e');
  const eightBit = shifted.map((piece) => {
    const end = piece.indexOf('\x0f');
    return end < 0 ? highBits(piece) : highBits(piece.slice(0, end)) + piece.slice(end + 1);
  });
  return new TextDecoder('euc-kr').decode(Buffer.from(plain + eightBit.join(''), 'latin1'));
}

function highBits(text: string): string {
  return text.replace(/[\x21-\x7e]/g, (one) => String.fromCharCode(one.charCodeAt(0) | 0x80));
}
