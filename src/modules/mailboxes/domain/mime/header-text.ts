/** A line of a header is folded before this column (RFC 5322 §2.1.1 recommends 78). */
const FOLD_AT = 76;
/** Bytes of UTF-8 in one encoded word: 48 of base64, 60 with the frame; the line may have 76 (RFC 2047 §2). */
const WORD_BYTES = 36;

/** True where the text can stand in a header as it is: printable ASCII that no reader takes for an encoded word. */
function isPlain(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text) && !text.includes('=?') && !/[^ ]{800}/.test(text);
}

/** Unstructured text (Subject) of a field, ready folded; line breaks and controls must be gone already. */
export function headerText(name: string, text: string): string {
  if (!isPlain(text)) return `${name}: ${encodedWords(text)}`;
  return fold(`${name}: ${text}`);
}

/** A display name before an address: as it is, quoted, or encoded. */
export function displayName(name: string): string {
  if (!isPlain(name)) return encodedWords(name);
  // RFC 5322 §3.2.3: atoms and spaces need no quotes.
  if (/^[\w!#$%&'*+/=?^`{|}~ -]*$/.test(name)) return name;
  return `"${name.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** Message-IDs of a field, one a line where they are many; they are never encoded or cut. */
export function messageIds(name: string, ids: readonly string[]): string {
  return `${name}: ${ids.map((id) => `<${id}>`).join('\r\n ')}`;
}

/** Breaks at white space so that lines stay short; what has no white space stays whole. */
export function fold(line: string): string {
  if (line.length <= FOLD_AT) return line;
  const lines: string[] = [];
  let rest = line;
  while (rest.length > FOLD_AT) {
    // Never before the first word of the value: a folded line must hold something.
    const from = lines.length === 0 ? rest.indexOf(': ') + 2 : 1;
    let at = rest.lastIndexOf(' ', FOLD_AT);
    if (at <= from) at = rest.indexOf(' ', Math.max(FOLD_AT, from));
    if (at === -1 || rest.slice(at).trim() === '') break;
    lines.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  return [...lines, rest].join('\r\n');
}

/** RFC 2047 §4.1, base64 of UTF-8, never through the middle of a character. */
function encodedWords(text: string): string {
  const words: string[] = [];
  let piece = '';
  let bytes = 0;
  // Through UTF-8 and back: a lone surrogate becomes U+FFFD.
  for (const character of Buffer.from(text).toString()) {
    const size = Buffer.byteLength(character);
    if (bytes + size > WORD_BYTES) {
      words.push(piece);
      piece = '';
      bytes = 0;
    }
    piece += character;
    bytes += size;
  }
  words.push(piece);
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`).join('\r\n ');
}
