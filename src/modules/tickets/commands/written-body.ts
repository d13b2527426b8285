import { convert } from 'html-to-text';
import { AppError } from '../../../platform/index.js';
import { sanitisedHtml, withinHtmlLimits } from '../domain/sanitised-html.js';

/** What an agent wrote, as text and (where she wrote HTML) as sanitised markup. */
export interface WrittenBody {
  readonly text: string;
  readonly html: string | null;
}

/** Takes `text`, or makes it from `html`. AppError `validation_failed` where neither says anything. */
export function writtenBody(input: { text?: string; html?: string }): WrittenBody {
  if (input.html !== undefined && !withinHtmlLimits(input.html)) {
    throw new AppError('validation_failed', {
      fields: [{ path: 'html', reason: 'is too large or nested too deeply' }],
    });
  }
  const html = input.html === undefined ? null : sanitisedHtml(input.html, () => null);
  const text = (input.text ?? (html === null ? '' : asText(html))).replaceAll('\u0000', '').trim();
  if (text === '') {
    throw new AppError('validation_failed', {
      fields: [{ path: 'text', reason: 'text or html must not be empty' }],
    });
  }
  return { text, html: html === null ? null : html.replaceAll('\u0000', '') };
}

function asText(html: string): string {
  return convert(html, { wordwrap: false, limits: { maxDepth: 300 } });
}
