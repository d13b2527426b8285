import { attributionAt } from './attribution.js';
import { headerBlockAt, type HeaderBlock } from './header-block.js';
import { labelsOf } from './header-labels.js';
import { mailboxIn, mailboxInAttribution, type Mailbox } from './mailbox-in-text.js';
import { isRule, separatorAt } from './separators.js';
import { nextFilled, textLines, type Line } from './text-lines.js';
import type { TextSpan } from './text-span.js';

/** A message that somebody forwarded inside a message of her own. */
export interface ForwardedMail {
  readonly subject: string;
  /** Who wrote the forwarded message; null where the forward does not say. */
  readonly from: Mailbox | null;
  /** What the forwarder wrote above, trimmed; often ''. */
  readonly comment: string;
  /** The forwarded text, one level of quotation marks taken off. */
  readonly body: string;
  /** By which habit of mail programs it was recognised. */
  readonly why: 'separator' | 'header' | 'attribution' | 'attachment';
}

/** Subject prefixes of forwards: ENC and RES are Portuguese, TR French, WG German, and so on. */
const FORWARD_PREFIX =
  /^\s*(?:\[[^\]]{1,40}\]\s*)?(?:fwd?|enc|encaminhad[ao]|rv|reenv|tr|wg|i|inoltro|vb|doorst|vl|vs|pd|předáno|fs|továbbítás|hal|yönlt?|ilt|πρθ|пересл|转发|轉寄|転送)\s*[:：]\s*/iu;
const ANY_PREFIX =
  /^\s*(?:fwd?|enc|rv|tr|wg|i|vb|vl|vs|pd|fs|re|res|aw|sv|r|ynt|odp)\s*(?:\[\d+\])?[:：]\s*/iu;
const REPLY_PREFIX = /^\s*(?:re|res|aw|sv|antw?|odp|vs|ynt)\s*(?:\[\d+\])?[:：]/i;
/** A forward without a separator begins near the top; the rest of a text is not searched for one. */
const MAX_SEARCHED_LINES = 400;

/** The cheap question, of a text that `readReply` has read: only then a forward is looked for. */
export function mayForward(subject: string, spans: readonly TextSpan[]): boolean {
  return (
    spans[0]?.kind === 'attribution' ||
    spans.some(({ kind }) => kind === 'forwarded-header') ||
    (spans.some(({ kind }) => kind !== 'new') && hasForwardPrefix(subject))
  );
}

function hasForwardPrefix(subject: string): boolean {
  return FORWARD_PREFIX.test(subject.slice(0, 80));
}

/**
 * The message that `text` forwards, null where it forwards none: by a separator of a mail program, or, where the subject
 * says that it is a forward, by the first header or attribution; by a header with which the text begins, unless it is a
 * reply. Linear, never throws.
 */
export function forwardedMail(subject: string, text: string): ForwardedMail | null {
  const lines = textLines(text);
  const limit = Math.min(lines.length, MAX_SEARCHED_LINES);
  const prefixed = hasForwardPrefix(subject);
  const isReply = REPLY_PREFIX.test(subject);
  let untouched = true;
  for (let at = 0; at < limit; at += 1) {
    if (lines[at]!.inner === '') continue;
    const separator = separatorAt(lines, at);
    if (separator?.kind === 'forwarded') {
      const { header, runOn, end } = separator;
      const said = runOn === null ? saidIn(header, subject) : saidInRunOn(runOn, subject);
      return told(text, lines, at, end, said, 'separator');
    }
    if (prefixed || (untouched && !isReply)) {
      const found = introducedAt(text, lines, at, subject);
      if (found !== null && (prefixed || found.why !== 'attribution')) return found;
    }
    if (separator !== null && !prefixed) return null;
    untouched &&= isRule(lines[at]!.text);
  }
  return null;
}

interface Said {
  readonly subject: string;
  readonly from: Mailbox | null;
}

function introducedAt(
  text: string,
  lines: readonly Line[],
  at: number,
  subject: string,
): ForwardedMail | null {
  const separator = separatorAt(lines, at);
  if (separator?.kind === 'original' && separator.header !== null) {
    return told(text, lines, at, separator.end, saidIn(separator.header, subject), 'separator');
  }
  const block = headerBlockAt(lines, at);
  if (block !== null) {
    return told(text, lines, at, block.end, saidIn(block, subject), 'header');
  }
  const attribution = lines[at]!.quoted ? null : attributionAt(lines, at);
  if (attribution === null) return null;
  const said = { subject: withoutPrefixes(subject), from: mailboxInAttribution(attribution.text) };
  return told(text, lines, at, attribution.end, said, 'attribution');
}

function told(
  text: string,
  lines: readonly Line[],
  at: number,
  end: number,
  said: Said,
  why: ForwardedMail['why'],
): ForwardedMail {
  return { ...said, comment: commentAbove(text, lines, at), body: bodyFrom(text, lines, end), why };
}

function saidIn(header: HeaderBlock | null, subject: string): Said {
  const from = header?.fields.from;
  return {
    subject: header?.fields.subject ?? withoutPrefixes(subject),
    from: from === undefined ? null : mailboxIn(from),
  };
}

const SUBJECT_LABELS = labelsOf('subject').filter((label) => label.length > 3);

/** Yahoo runs the header together: `From: A <a@x>To: …Sent: …Subject: …`. */
function saidInRunOn(header: string, subject: string): Said {
  const from = mailboxIn(header.slice(header.search(/[:：]/) + 1, 400));
  let begin = -1;
  const lower = header.toLowerCase();
  for (const label of SUBJECT_LABELS) {
    const at = lower.lastIndexOf(label);
    if (at <= 0 || !/^\s?[:：\s]/.test(lower.slice(at + label.length))) continue;
    if (begin < 0) begin = at + label.length;
  }
  const said = begin < 0 ? '' : header.slice(begin).replace(/^[\s:：]+/, '');
  return { subject: said === '' ? withoutPrefixes(subject) : said, from };
}

function withoutPrefixes(subject: string): string {
  let bare = subject.trim();
  for (let count = 0; count < 5; count += 1) {
    const less = bare.replace(FORWARD_PREFIX, '').replace(ANY_PREFIX, '');
    if (less === bare) break;
    bare = less;
  }
  return bare;
}

function commentAbove(text: string, lines: readonly Line[], at: number): string {
  let end = at;
  while (end > 0 && (lines[end - 1]!.text === '' || isRule(lines[end - 1]!.text))) end -= 1;
  return end === 0 ? '' : text.slice(0, lines[end - 1]!.to).trim();
}

function bodyFrom(text: string, lines: readonly Line[], end: number): string {
  const first = nextFilled(lines, end);
  if (first >= lines.length) return '';
  if (!lines[first]!.quoted) return text.slice(lines[first]!.from).trim();
  return text
    .slice(lines[first]!.from)
    .split('\n')
    .map((line) => line.replace(/^[ \t]{0,3}>[ ]?/, ''))
    .join('\n')
    .trim();
}
