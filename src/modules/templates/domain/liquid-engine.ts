import { Liquid, type Template } from 'liquidjs';

/** How a part of a mail is escaped: `html` for markup, `text` for subject and plain text. */
export type PartFormat = 'text' | 'html';

/** Markup that is safe as it is: sanitised before it came here, or made by `text_to_html`. */
export class SafeHtml {
  constructor(readonly markup: string) {}
}

// Generous for a mail, small for a process: a template that loops for ever ends with an error.
const RENDER_LIMIT_MS = 1_000;
const MEMORY_LIMIT = 5_000_000;
const PARSE_LIMIT = 500_000;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}

/** Plain text as paragraphs and line breaks, escaped. */
export function textToHtml(text: string): SafeHtml {
  const paragraphs = text
    .replace(/\r\n?/g, '\n')
    .trim()
    .split(/\n{2,}/)
    .filter((paragraph) => paragraph !== '')
    .map(
      (paragraph) =>
        `<p style="margin:0 0 16px">${escapeHtml(paragraph).replace(/\n/g, '<br>')}</p>`,
    );
  return new SafeHtml(paragraphs.join('\n'));
}

/**
 * A Liquid engine for text that operators edit: no files, no inherited properties, every variable and filter must
 * exist, time and memory are bounded. There is no `raw` filter: what is not `SafeHtml` is escaped, always.
 * `strictNulls` (for the check at start) makes a null that would be printed an error: the template lacks a guard.
 */
export function makeEngine(format: PartFormat, strictNulls: boolean): Liquid {
  const engine = new Liquid({
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    renderLimit: RENDER_LIMIT_MS,
    memoryLimit: MEMORY_LIMIT,
    parseLimit: PARSE_LIMIT,
    locale: 'pt-BR',
    templates: {},
    outputEscape: (value: unknown) => print(value, format, strictNulls),
  });
  engine.registerFilter('text_to_html', (value: unknown) =>
    textToHtml(print(value, 'text', strictNulls)),
  );
  delete engine.filters['raw'];
  return engine;
}

function print(value: unknown, format: PartFormat, strictNulls: boolean): string {
  if (value instanceof SafeHtml) {
    if (format === 'html') return value.markup;
    throw new Error('markup has no place in a text part');
  }
  if (value === null || value === undefined) {
    if (strictNulls) throw new Error('this may be empty: guard it with {% if … %}');
    return '';
  }
  if (typeof value === 'object')
    throw new Error('a list cannot be printed: loop over it with {% for … %}');
  // What a person may put in as `{{ "now" | date }}` and the like is text too.
  const text = String(value as string | number | boolean);
  return format === 'html' ? escapeHtml(text) : text;
}

/** One parsed part, ready to be rendered again and again. */
export interface ParsedPart {
  readonly engine: Liquid;
  readonly templates: Template[];
}

export function renderPart(part: ParsedPart, data: Readonly<Record<string, unknown>>): string {
  return part.engine.renderSync(part.templates, data) as string;
}
