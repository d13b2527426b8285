import { decodeCharset, decodeUnlabelled, decodeWords, readHeaderLine } from '../header-text.js';

/** A header value with parameters: `text/plain; charset=utf-8`. Names and value in lower case. */
export interface StructuredValue {
  readonly value: string;
  readonly params: ReadonlyMap<string, string>;
}

/** What the header of a part says about its content. */
export interface PartHeader {
  /** As it stood in the message, a binary string a line. */
  readonly lines: readonly string[];
  readonly contentType: StructuredValue;
  readonly disposition: StructuredValue;
  readonly encoding: string;
  /** Without brackets. */
  readonly contentId: string | null;
  readonly filename: string | null;
}

const EMPTY: StructuredValue = { value: '', params: new Map() };
const MAX_VALUE_LENGTH = 20_000;
const MAX_PARAMS = 100;

/** Reads the header lines that matter for MIME; of a repeated one the first counts. */
export function readPartHeader(lines: readonly string[]): PartHeader {
  const found = new Map<string, string>();
  for (const line of lines) {
    if (!/^content-/i.test(line)) continue;
    const { name, value } = readHeaderLine(line);
    if (!found.has(name)) found.set(name, value.slice(0, MAX_VALUE_LENGTH));
  }
  const contentType = structured(found.get('content-type'));
  const disposition = structured(found.get('content-disposition'));
  const contentId = found.get('content-id')?.replace(/[<>\s]/g, '') ?? '';
  const filename = disposition.params.get('filename') ?? contentType.params.get('name') ?? '';
  return {
    lines,
    contentType,
    disposition,
    encoding: (found.get('content-transfer-encoding') ?? '').replace(/[;\s].*$/s, '').toLowerCase(),
    contentId: contentId === '' ? null : contentId,
    filename: filename.trim() === '' ? null : filename,
  };
}

function structured(raw: string | undefined): StructuredValue {
  if (raw === undefined) return EMPTY;
  const [first = '', ...rest] = splitParams(raw);
  const plain = new Map<string, string>();
  const extended = new Map<string, Map<number, { text: string; encoded: boolean }>>();
  for (const piece of rest.slice(0, MAX_PARAMS)) {
    const equals = piece.indexOf('=');
    if (equals < 1) continue;
    const name = piece.slice(0, equals).trim().toLowerCase();
    const text = unquote(piece.slice(equals + 1).trim());
    const numbered = /^([^*]+)(?:\*(\d{1,3}))?(\*)?$/.exec(name);
    if (numbered === null || (numbered[2] === undefined && numbered[3] === undefined)) {
      if (!plain.has(name)) plain.set(name, decodeWords(text));
    } else {
      const parts =
        extended.get(numbered[1]!) ?? new Map<number, { text: string; encoded: boolean }>();
      parts.set(Number(numbered[2] ?? 0), { text, encoded: numbered[3] !== undefined });
      extended.set(numbered[1]!, parts);
    }
  }
  // RFC 2231 wins over the plain form that mailers add for old readers.
  for (const [name, parts] of extended) plain.set(name, joinExtended(parts));
  return {
    value: first
      .replace(/\(.*?\)/g, '')
      .trim()
      .toLowerCase(),
    params: plain,
  };
}

/** Splits at semicolons outside quotes. */
function splitParams(raw: string): string[] {
  if (!raw.includes('"')) return raw.split(';');
  const pieces: string[] = [];
  let piece = '';
  let quoted = false;
  for (let at = 0; at < raw.length; at += 1) {
    const char = raw[at]!;
    if (quoted && char === '\\') {
      piece += char + (raw[(at += 1)] ?? '');
    } else if (char === ';' && !quoted) {
      pieces.push(piece);
      piece = '';
    } else {
      if (char === '"') quoted = !quoted;
      piece += char;
    }
  }
  return [...pieces, piece];
}

function unquote(value: string): string {
  const inner = /^"(.*)"?$/s.exec(value);
  if (inner === null) return value.replace(/\s*\([^)]*\)\s*$/, '');
  return inner[1]!.replace(/"\s*(\([^)]*\))?\s*$/, '').replace(/\\(.)/gs, '$1');
}

/** RFC 2231: pieces in order; the first encoded one may name the charset (`utf-8'pt'%C3%A9`). */
function joinExtended(parts: ReadonlyMap<number, { text: string; encoded: boolean }>): string {
  let charset = '';
  const bytes = [...parts]
    .toSorted(([left], [right]) => left - right)
    .map(([number, { text, encoded }]) => {
      if (!encoded) return Buffer.from(text, 'utf8');
      const named = number === 0 ? /^([^']*)'[^']*'(.*)$/s.exec(text) : null;
      if (named !== null) charset = named[1]!;
      return percentDecoded(named === null ? text : named[2]!);
    });
  const joined = Buffer.concat(bytes);
  return charset === '' ? decodeUnlabelled(joined) : decodeCharset(joined, charset);
}

function percentDecoded(text: string): Buffer {
  const binary = Buffer.from(text, 'utf8')
    .toString('latin1')
    .replace(/%([0-9a-f]{2})/gi, (_all, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return Buffer.from(binary, 'latin1');
}
