import EmailReplyParser from 'email-reply-parser';
import { htmlToText } from 'html-to-text';

/** Beyond this the text is kept in the raw message alone. Characters. */
export const MAX_TEXT_LENGTH = 1_000_000;
export const MAX_HTML_LENGTH = 2_000_000;
/** The reply parser's time grows faster than its input: what a person wrote stands in the beginning. */
const MAX_REPLY_LENGTH = 50_000;

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

/**
 * What the sender wrote this time, without quotation and signature; the whole text where nothing would be left. A
 * first approximation by library: the shapes of Portuguese clients are another issue's work and belong here.
 */
export function visibleTextOf(text: string): string {
  if (text.trim() === '') return '';
  const head = text.slice(0, MAX_REPLY_LENGTH);
  const visible = new EmailReplyParser().parseReply(head).trim();
  return visible === '' ? head.trim() : visible;
}
