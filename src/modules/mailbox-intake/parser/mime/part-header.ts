import { decodeCharset, decodeUnlabelled } from '../charsets.js';
import { decodeWords, readHeaderLine } from '../header-text.js';

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
  readonly description: string | null;
}

const EMPTY: StructuredValue = { value: '', params: new Map() };
const MAX_VALUE_LENGTH = 20_000;
const MAX_PARAMS = 100;

/** Reads the header lines that matter for MIME; of a repeated one the first counts. `hint`: charset of raw 8-bit names. */
export function readPartHeader(
  lines: readonly string[],
  hint: () => string = () => '',
): PartHeader {
  const found = new Map<string, string>();
  for (const line of lines) {
    if (!/^content-/i.test(line)) continue;
    const { name, value } = readHeaderLine(line, hint);
    if (!found.has(name)) found.set(name, value.slice(0, MAX_VALUE_LENGTH));
  }
  const contentType = structured(found.get('content-type'));
  const disposition = structured(found.get('content-disposition'));
  const contentId = found.get('content-id')?.replace(/[<>\s]/g, '') ?? '';
  const description = found.get('content-description');
  return {
    lines,
    contentType,
    disposition,
    encoding: (found.get('content-transfer-encoding') ?? '').replace(/[;\s].*$/s, '').toLowerCase(),
    contentId: contentId === '' ? null : contentId,
    filename: fileName(disposition.params.get('filename'), contentType.params.get('name')),
    description: description === undefined ? null : decodeWords(description),
  };
}

/**
 * The name that the disposition suggests (RFC 2183 2.3), else the old parameter of the type; the latter too where the
 * former has lost characters to question marks. Without the folders that some programs write along.
 */
function fileName(suggested = '', old = ''): string | null {
  const lossy = suggested.includes('??') && !old.includes('?');
  const name = lossy || suggested.trim() === '' ? old || suggested : suggested;
  const last = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1).trim();
  return last !== '' ? last : name.trim() || null;
}

function structured(raw: string | undefined): StructuredValue {
  if (raw === undefined) return EMPTY;
  const [first = '', ...rest] = splitParams(withSemicolons(raw));
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
      .replace(/\([^()]{0,1000}\)/g, '')
      .trim()
      .toLowerCase(),
    params: plain,
  };
}

const MAY_LACK_ONE =
  /\s(boundary|charset|name|filename|format|delsp|report-type|smime-type)[*\d]{0,5}\s?=/i;
const UNSEPARATED =
  /([^;\s])\s{1,200}((?:boundary|charset|name|filename|format|delsp|report-type|smime-type)[*\d]{0,5}\s?=)/gi;

/** Some mailers forget a semicolon between parameters. Text in quotes is left alone. */
function withSemicolons(raw: string): string {
  // The cheap question first: nowhere more parameters than semicolons.
  if (countOf('=', raw) <= countOf(';', raw) || !MAY_LACK_ONE.test(raw)) return raw;
  return raw
    .split('"')
    .map((piece, at) => {
      if (at % 2 === 1) return piece;
      const begun =
        at === 0 ? piece : piece.replace(/^\s{1,200}(?=[a-z-]{4,12}[*\d]{0,5}\s?=)/i, '; ');
      return begun.replace(UNSEPARATED, '$1; $2');
    })
    .join('"');
}

function countOf(char: string, text: string): number {
  let count = 0;
  for (let at = text.indexOf(char); at >= 0; at = text.indexOf(char, at + 1)) count += 1;
  return count;
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
  if (inner === null) return withoutRemark(value);
  return withoutRemark(inner[1]!).replace(/"$/, '').replace(/\\(.)/gs, '$1');
}

/** Without a remark in parentheses at the end (RFC 822 comments). Linear: the value is a stranger's. */
function withoutRemark(value: string): string {
  const trimmed = value.trimEnd();
  const open = trimmed.endsWith(')') ? trimmed.lastIndexOf('(') : -1;
  return open < 0 ? trimmed : trimmed.slice(0, open).trimEnd();
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
