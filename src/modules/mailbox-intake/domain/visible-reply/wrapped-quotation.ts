import type { Line } from './text-lines.js';

/** Programs wrap at 72 to 80 columns. */
const WRAP_AT = 72;
const MAX_REMAINDER = 80;

/**
 * End of a run of quoted lines that begins at `at`. A program that wraps quoted text leaves the rest of a long line
 * without its mark: such a rest belongs to the quotation where it could not have stood on the line above, goes on in
 * small letters and the quotation goes on right below. In doubt it is an answer.
 */
export function wrappedRemainder(lines: readonly Line[], at: number): number {
  let end = at;
  let seen = false;
  while (end < lines.length) {
    const line = lines[end]!;
    if (line.quoted) end += 1;
    else if (end > at && isRemainder(lines, end, seen)) {
      seen = true;
      end += 1;
    } else break;
  }
  return end;
}

function isRemainder(lines: readonly Line[], at: number, seen: boolean): boolean {
  const { text } = lines[at]!;
  const above = lines[at - 1]!;
  if (text === '' || text.length > MAX_REMAINDER || !above.quoted) return false;
  if (!(lines[at + 1]?.quoted ?? false) || !/^\p{Ll}/u.test(text)) return false;
  const first = /^\S+/.exec(text)![0].length;
  if (above.text.length + 1 + first < WRAP_AT || /[?:!]$/.test(above.text)) return false;
  return seen || !above.text.endsWith('.');
}
