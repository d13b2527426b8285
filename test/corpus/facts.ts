import { convert } from 'html-to-text';
import type { ParsedMail } from '../../src/modules/mailbox-intake/domain/parsed-mail.js';
import { readAddresses } from '../../src/modules/mailbox-intake/parser/envelope-headers.js';
import { decodeWords } from '../../src/modules/mailbox-intake/parser/header-text.js';
import { contained, folded, lettersOnly, sameText } from './comparing.js';
import type { Stated } from './corpus-folder.js';
import type { Understanding } from './understanding.js';

/** One message as the intake has read and understood it. */
export interface Reading extends Understanding {
  readonly mail: ParsedMail;
  /** The message as it came. */
  readonly raw: Buffer;
  /** Of every attachment, hex. */
  readonly md5: readonly string[];
}

/** What was stated and what we found, for the list of misses. */
export interface Judged {
  readonly right: boolean;
  readonly stated: unknown;
  readonly ours: unknown;
}

/** One kind of fact. `judge` answers null where the source says nothing of the kind. */
export interface Fact {
  readonly name: string;
  readonly judge: (stated: Stated, reading: Reading) => Judged | null;
}

function judged(right: boolean, stated: unknown, ours: unknown): Judged {
  return { right, stated, ours };
}

export const FACTS: readonly Fact[] = [
  { name: 'subject', judge: subject },
  { name: 'from', judge: from },
  { name: 'body text', judge: body },
  { name: 'attachments by md5', judge: attachmentsByMd5 },
  { name: 'attachment names', judge: attachmentNames },
  { name: 'visible reply', judge: visibleReply },
  { name: 'bounce', judge: bounce },
  { name: 'bounce recipient', judge: bounceRecipient },
  { name: 'hard/soft', judge: hardOrSoft },
  { name: 'auto-reply', judge: autoReply },
  { name: 'forward', judge: forward },
];

function subject(stated: Stated, { mail }: Reading): Judged | null {
  if (stated.subject !== undefined)
    return judged(sameText(stated.subject, mail.subject), stated.subject, mail.subject);
  if (stated.subject_contains === undefined) return null;
  const pieces = [stated.subject_contains].flat();
  const all = pieces.every((piece) => folded(mail.subject).includes(folded(piece)));
  return judged(all, pieces, mail.subject);
}

/**
 * The address, and the name where the source states a From line that can be read. A stated address that is none
 * (RFC 5321 4.1.2: a mailbox has a domain, no blanks) is compared with what is shown for the sender instead.
 */
function from(stated: Stated, { mail }: Reading): Judged | null {
  const line = stated.from ?? stated.from_email;
  if (line === undefined) return null;
  const ours = { address: mail.from?.address ?? null, name: mail.from?.name ?? '' };
  const address = stated.from_email ?? readAddresses([line])[0]?.address ?? '';
  const name = nameIn(stated.from ?? '');
  if (!/^[^\s@]+@[^\s@]+$/.test(address)) {
    const shown = mail.headers['from']?.[0] ?? '';
    const none = ours.address === null || address.endsWith(` ${ours.address}`);
    const same = lettersOnly(shown).includes(lettersOnly(name || address || line));
    return judged(none && same, line, { ...ours, shown });
  }
  const sameAddress = ours.address?.toLowerCase() === address.toLowerCase();
  const sameName = name === '' || lettersOnly(name) === lettersOnly(ours.name);
  return judged(sameAddress && (sameName || sameText(name, ours.name)), line, ours);
}

/** The display name of a stated From line, `"Name" <address>` or `address (Name)`; encoded words decoded. */
function nameIn(line: string): string {
  const before = line.includes('<') ? line.slice(0, line.lastIndexOf('<')) : '';
  const remark = before === '' ? (/\(([^()]*)\)\s*$/.exec(line)?.[1] ?? '') : before;
  return decodeWords(folded(remark))
    .replace(/^"(.*)"$/s, '$1')
    .replaceAll('\\"', '"');
}

/** What a source that has no body to show puts in its place. */
const PLACEHOLDER = /^no visible content$/;

/** What we say ourselves where there is no text that anybody could read. */
const OUR_REMARK = /^\[Mensagem cifrada [^\]]*\]$/m;

function body(stated: Stated, { mail }: Reading): Judged | null {
  if (stated.body_text !== undefined) {
    const theirs = stated.body_text.replace(PLACEHOLDER, '');
    const ours = mail.text.replace(OUR_REMARK, '');
    const right = sameText(theirs, mail.text) || lettersOnly(theirs) === lettersOnly(ours);
    return judged(right, stated.body_text, mail.text);
  }
  if (stated.body_html_sanitised === undefined) return null;
  const theirs = stated.body_html_sanitised.replace(PLACEHOLDER, '');
  const ours = mail.html === null ? mail.text : shownText(mail.html);
  const right = lettersOnly(withoutTitle(shownText(theirs), mail.html)) === lettersOnly(ours);
  return judged(right, shownText(theirs), ours);
}

/** The title of a page is none of its content (HTML 4.2.2); some sources show it in front. */
function withoutTitle(text: string, html: string | null): string {
  const titles = [...(html ?? '').matchAll(/<title[^>]*>([^<]*)<\/title>/gi)];
  return titles.reduce((rest, match) => {
    const title = folded(shownText(match[1]!));
    return title !== '' && folded(rest).startsWith(title) ? folded(rest).slice(title.length) : rest;
  }, text);
}

function attachmentsByMd5(stated: Stated, { md5 }: Reading): Judged | null {
  const theirs = (stated.attachments ?? []).flatMap((attachment) =>
    attachment.md5 === undefined || attachment['content-alternative'] === true
      ? []
      : [attachment.md5],
  );
  if (theirs.length === 0) return null;
  return judged(contained(theirs, md5), stated.attachments, md5);
}

/**
 * The names that are stated are among ours. A file that a source states without a name may be a text part that we show;
 * a name that stands nowhere in the message is the source's own invention for a nameless file.
 */
function attachmentNames(stated: Stated, { mail, raw }: Reading): Judged | null {
  const { attachments, attachment_count: count } = stated;
  if (attachments === undefined && count === undefined) return null;
  const files = (attachments ?? []).filter((file) => file['content-alternative'] !== true);
  const names = files.flatMap(({ filename }) => (filename == null ? [] : [folded(filename)]));
  if (files.length > 0 && names.length === 0 && count === undefined) return null;
  const ours = mail.attachments.map(({ filename }) => folded(filename));
  const rest = [...ours];
  const missing = names.filter((name) => {
    const at = rest.findIndex((candidate) => sameText(name, candidate));
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
  const invented = missing.every((name) => /^[\w. -]+$/.test(name) && !raw.includes(name));
  const enough = count !== undefined ? ours.length === count : files.length > 0 || !ours.length;
  const right = enough && invented && missing.length <= rest.length;
  return judged(right, { names, count }, ours);
}

function visibleReply(stated: Stated, { mail, visibleReply: ours }: Reading): Judged | null {
  if (stated.reply_text !== undefined)
    return judged(sameText(stated.reply_text, ours), stated.reply_text, ours);
  const { reply_contains: wanted, reply_not_contains: unwanted, single_fragment: single } = stated;
  if (wanted === undefined && unwanted === undefined && single === undefined) return null;
  const shown = folded(ours);
  const right =
    (wanted ?? []).every((piece) => shown.includes(folded(piece))) &&
    (unwanted ?? []).every((piece) => !shown.includes(folded(piece))) &&
    (single !== true || shown === folded(mail.text));
  return judged(right, { wanted, unwanted, single }, ours);
}

function bounce(stated: Stated, { bounce: ours }: Reading): Judged | null {
  if (stated.is_bounce === undefined) return null;
  return judged(stated.is_bounce === (ours !== null), stated.is_bounce, ours !== null);
}

function bounceRecipient(stated: Stated, { bounce: ours }: Reading): Judged | null {
  const theirs = stated.bounce_recipient?.map((address) => address.toLowerCase()).sort();
  if (theirs === undefined || theirs.length === 0) return null;
  const found = [...(ours?.recipients ?? [])].map((address) => address.toLowerCase()).sort();
  return judged(theirs.join() === found.join(), theirs, found);
}

/** Hard where one of the recipients has failed for good. */
function hardOrSoft(stated: Stated, { bounce: ours }: Reading): Judged | null {
  if (stated.is_bounce !== true) return null;
  const temporary = [stated.temporary ?? []].flat();
  const hard =
    stated.hard_bounce !== undefined
      ? stated.hard_bounce.some(Boolean)
      : stated.temporary === undefined
        ? null
        : !(stated.temporary === true || temporary.length > 0);
  if (hard === null) return null;
  return judged(ours !== null && ours.hard === hard, hard, ours?.hard ?? null);
}

function autoReply(stated: Stated, { isAutoReply: ours }: Reading): Judged | null {
  if (stated.is_auto_reply === undefined) return null;
  return judged(stated.is_auto_reply === ours, stated.is_auto_reply, ours);
}

function forward(stated: Stated, { forward: ours }: Reading): Judged | null {
  if (stated.is_forward === undefined) return null;
  const theirs = stated.forward ?? {};
  if (!stated.is_forward || ours === null)
    return judged(stated.is_forward === (ours !== null), theirs, ours);
  const right =
    same(theirs.subject, ours.subject) &&
    same(theirs.from_address?.toLowerCase(), ours.fromAddress?.toLowerCase()) &&
    same(theirs.from_name, ours.fromName) &&
    same(theirs.body, ours.body);
  return judged(right, theirs, ours);
}

function same(stated: string | undefined, ours: string | null | undefined): boolean {
  return stated === undefined || sameText(stated, ours ?? '');
}

/** What is shown of an HTML, by the library that production uses, without the addresses of links. */
function shownText(html: string): string {
  return convert(html, {
    wordwrap: false,
    selectors: [
      { selector: 'img', format: 'skip' },
      { selector: 'a', options: { ignoreHref: true } },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'table'].map((selector) => ({
        selector,
        options: { uppercase: false, uppercaseHeaderCells: false },
      })),
    ],
    limits: { maxDepth: 200 },
  });
}
