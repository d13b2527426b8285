import { htmlToText } from 'html-to-text';

/** Beyond this the text is kept in the raw message alone. Characters. */
export const MAX_TEXT_LENGTH = 1_000_000;
export const MAX_HTML_LENGTH = 2_000_000;

/** What the converter is given: its cost grows with the square of the depth. Larger markup is stripped by one pass. */
const CONVERTED = { characters: 600_000, tags: 20_000, depth: 60, others: 2_000 } as const;

/**
 * Plain text of an HTML body; null where it cannot be converted. What is too large or too deep to be laid out (hostile,
 * or a generated table without end) loses its layout and keeps its words.
 */
export function textOfHtml(html: string): string | null {
  if (!withinLimits(html)) return strippedText(html.slice(0, MAX_HTML_LENGTH));
  try {
    return htmlToText(html, {
      wordwrap: false,
      limits: { maxDepth: 200, maxChildNodes: 20_000, ellipsis: '…' },
      selectors: [
        { selector: 'img', format: 'skip' },
        { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false } },
      ],
    });
  } catch {
    return null;
  }
}

/** Elements that have no end: they nest nothing. */
const VOID = /^(area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|p|li|td|tr|th|o:p)$/;

/** Counts tags, open elements and markup that is no tag. `p`, `li` and cells end by themselves where they are left open. */
function withinLimits(html: string): boolean {
  if (html.length > CONVERTED.characters) return false;
  let tags = 0;
  let depth = 0;
  let others = 0;
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at + 1)) {
    const closes = html.charCodeAt(at + 1) === SLASH;
    const name = TAG_NAME.exec(html.slice(closes ? at + 2 : at + 1, at + 22))?.[0].toLowerCase();
    if (name === undefined) others += 1;
    else {
      tags += 1;
      if (!VOID.test(name)) depth = Math.max(0, depth + (closes ? -1 : 1));
    }
    if (tags > CONVERTED.tags || depth > CONVERTED.depth || others > CONVERTED.others) return false;
  }
  return true;
}

const SLASH = 0x2f;
const TAG_NAME = /^[a-z][a-z0-9:]{0,19}/i;
const NO_TEXT = /^(script|style|title|head|template)$/;
const INLINE = /^(a|abbr|b|big|code|em|font|i|img|q|s|small|span|strong|sub|sup|tt|u)$/;

/** The words between the tags: one pass, whatever the markup. */
function strippedText(html: string): string {
  const pieces: string[] = [];
  /** Names whose end is not to be looked for again. */
  const endless = new Set<string>();
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    const end = open < 0 ? html.length : open;
    if (end > at) pieces.push(html.slice(at, end).replace(/\s+/g, ' '));
    if (open < 0) break;
    const close = html.indexOf('>', open);
    if (close < 0) {
      pieces.push(html.slice(open));
      break;
    }
    const name = TAG_NAME.exec(html.slice(open + 1, open + 22))?.[0].toLowerCase() ?? '';
    at = close + 1;
    if (NO_TEXT.test(name)) {
      const over = endless.has(name) ? -1 : html.indexOf(`</${name}`, at);
      if (over < 0) endless.add(name);
      else at = over;
    } else if (!INLINE.test(name) && html.charCodeAt(open + 1) !== SLASH) pieces.push('\n');
  }
  return pieces.join('').replace(/&(amp|lt|gt|quot|nbsp|#\d{1,7}|#x[0-9a-f]{1,6});/gi, entity);
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  nbsp: ' ',
};

function entity(whole: string, name: string): string {
  if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? whole;
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
    ? String.fromCodePoint(code)
    : '';
}
