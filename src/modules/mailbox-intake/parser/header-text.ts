const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Text that PostgreSQL takes: without NUL and without halves of surrogate pairs. Use it again after cutting. */
export function storable(text: string): string {
  return text.replaceAll('\0', '').replace(LONE_SURROGATE, '\ufffd');
}

const decoders = new Map<string, TextDecoder | null>();

/** Decodes bytes by a charset name as mail writes it; an unknown charset is read as UTF-8, else windows-1252. */
export function decodeCharset(bytes: Uint8Array, charset: string): string {
  const name = charset.toLowerCase().replace(/\*.*$/, '').trim();
  let decoder = decoders.get(name);
  if (decoder === undefined) {
    try {
      decoder = new TextDecoder(name);
    } catch {
      decoder = null;
    }
    // Names come from strangers: the table stays small.
    if (decoders.size < 200) decoders.set(name, decoder);
  }
  if (decoder === null) return decodeUnlabelled(bytes);
  const text = decoder.decode(bytes);
  // A wrong label over good UTF-8: the bytes know better.
  return text.includes('\ufffd') ? (decodeStrictly(bytes) ?? text) : text;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
const windows1252 = new TextDecoder('windows-1252');

/** Raw 8-bit bytes in a header: UTF-8 (RFC 6532) where they are, else windows-1252, which old Brazilian mail has. */
export function decodeUnlabelled(bytes: Uint8Array): string {
  return decodeStrictly(bytes) ?? windows1252.decode(bytes);
}

/** The text where the bytes are UTF-8 without fault, else null. */
function decodeStrictly(bytes: Uint8Array): string | null {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return null;
  }
}

/** One header line as a binary string: name and unfolded value, raw bytes decoded. */
export function readHeaderLine(line: string): { name: string; value: string } {
  const text = /[\x80-\xff]/.test(line) ? decodeUnlabelled(Buffer.from(line, 'latin1')) : line;
  const colon = text.indexOf(':');
  if (colon < 0) return { name: '', value: '' };
  const value = text
    .slice(colon + 1)
    .replace(/\r?\n[ \t]/g, ' ')
    .replace(/[\r\n]+/g, ' ');
  return { name: text.slice(0, colon).trim().toLowerCase(), value: storable(value).trim() };
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
