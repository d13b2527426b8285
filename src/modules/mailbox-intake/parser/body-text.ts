import { htmlToText } from 'html-to-text';

/** Beyond this the text is kept in the raw message alone. Characters. */
export const MAX_TEXT_LENGTH = 1_000_000;
export const MAX_HTML_LENGTH = 2_000_000;
/** Plain text of an HTML body; null where it cannot be converted. Depth and size are capped: 50,000 nested tags overflow. */
export function textOfHtml(html: string): string | null {
  try {
    return htmlToText(html.slice(0, MAX_HTML_LENGTH), {
      wordwrap: false,
      limits: {
        maxDepth: 200,
        maxChildNodes: 20_000,
        maxInputLength: MAX_HTML_LENGTH,
        ellipsis: '…',
      },
      selectors: [
        { selector: 'img', format: 'skip' },
        { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false } },
      ],
    });
  } catch {
    return null;
  }
}
