/** One line of a message as the rules look at it. */
export interface Line {
  /** [from, to) in the text, without the line end. */
  readonly from: number;
  readonly to: number;
  /** Cleaned: no invisible characters, no white space around, at most `MAX_LINE` characters. */
  readonly text: string;
  /** Carries a quotation mark: `>`, or initials as in `AS>`. */
  readonly quoted: boolean;
  /** `text` without its quotation marks. */
  readonly inner: string;
}

/** What somebody wrote this time stands near the ends of a mail; the cost of looking stays bounded. */
export const MAX_LINES = 4_000;
/** No structure of a mail program is longer; what is, is a paragraph. */
export const MAX_LINE = 1_000;

/** Zero-width and directional marks, the byte order mark, soft hyphens: programs put them into what they write. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;
const INVISIBLE_ALL = new RegExp(INVISIBLE.source, 'g');
const ODD_SPACE = /[\u00a0\u2002-\u200a\u202f\u3000]/g;
const INITIALS = /^[A-Z]{1,2}>(?:\s|$)/;
const MARKS = /^(?:>\s{0,3})+/;
/** The end of a wrapped `… <address\n> wrote:`, which only looks quoted. */
const END_OF_ADDRESS = /^>\s{0,3}[\p{L}() ]{2,30}:?$/u;

/** The first `MAX_LINES` lines. */
export function textLines(text: string): Line[] {
  const lines: Line[] = [];
  let from = 0;
  while (from <= text.length && lines.length < MAX_LINES) {
    const found = text.indexOf('\n', from);
    const to = found < 0 ? text.length : found;
    lines.push(lineOf(text, from, to, lines.at(-1)));
    from = to + 1;
  }
  return lines;
}

function lineOf(text: string, from: number, to: number, before: Line | undefined): Line {
  const cleaned = clean(text.slice(from, Math.min(to, from + MAX_LINE)));
  const first = cleaned.charCodeAt(0);
  if (first === 0x3e) {
    const ends = END_OF_ADDRESS.test(cleaned) && before !== undefined && endsInAddress(before);
    if (!ends) return { from, to, text: cleaned, quoted: true, inner: cleaned.replace(MARKS, '') };
  } else if (first >= 0x41 && first <= 0x5a && INITIALS.test(cleaned)) {
    return { from, to, text: cleaned, quoted: true, inner: cleaned.replace(/^\S+\s?/, '') };
  }
  return { from, to, text: cleaned, quoted: false, inner: cleaned };
}

function endsInAddress({ text, quoted }: Line): boolean {
  return !quoted && text.includes('<') && text.lastIndexOf('>') <= text.lastIndexOf('<') + 1
    ? true
    : !quoted && /@\S+$/.test(text) && /^(?:<|mailto:)/i.test(text);
}

function clean(raw: string): string {
  const visible = INVISIBLE.test(raw) ? raw.replace(INVISIBLE_ALL, '') : raw;
  return visible.replace(ODD_SPACE, ' ').trim();
}

/** Index of the first line from `at` on that holds anything; `lines.length` where none does. */
export function nextFilled(lines: readonly Line[], at: number): number {
  let index = at;
  while (index < lines.length && lines[index]!.text === '') index += 1;
  return index;
}
