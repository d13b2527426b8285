import type { ParsedMail } from '../../src/modules/mailbox-intake/domain/parsed-mail.js';
import { readAddresses } from '../../src/modules/mailbox-intake/parser/envelope-headers.js';
import { contained, folded, lettersOnly, sameText } from './comparing.js';
import type { Stated } from './corpus-folder.js';
import type { Understanding } from './understanding.js';

/** One message as the intake has read and understood it. */
export interface Reading extends Understanding {
  readonly mail: ParsedMail;
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
  const address = stated.from_email ?? readAddresses([line])[0]?.address ?? null;
  const usable = address !== null && /^[^\s@]+@[^\s@]+$/.test(address);
  if (!usable) {
    const shown = mail.headers['from']?.[0] ?? '';
    const right =
      ours.address === null && lettersOnly(shown).includes(lettersOnly(address ?? line));
    return judged(right, line, { ...ours, shown });
  }
  const sameAddress = ours.address?.toLowerCase() === address.toLowerCase().replace(/\.$/, '');
  const name = nameIn(stated.from ?? '');
  return judged(sameAddress && (name === '' || sameText(name, ours.name)), line, ours);
}

/** The display name of a stated From line: `"Name" <address>` or `address (Name)`. */
function nameIn(line: string): string {
  const before = line.includes('<') ? line.slice(0, line.lastIndexOf('<')) : '';
  const remark = before === '' ? (/\(([^()]*)\)\s*$/.exec(line)?.[1] ?? '') : before;
  return folded(remark)
    .replace(/^"(.*)"$/s, '$1')
    .replaceAll('\\"', '"');
}

function body(stated: Stated, { mail, shownHtmlText }: Reading): Judged | null {
  if (stated.body_text !== undefined) {
    const right =
      sameText(stated.body_text, mail.text) ||
      lettersOnly(stated.body_text) === lettersOnly(mail.text);
    return judged(right, stated.body_text, mail.text);
  }
  if (stated.body_html_sanitised === undefined) return null;
  const theirs = textIn(stated.body_html_sanitised);
  const ours = shownHtmlText === null ? mail.text : textIn(mail.html ?? '');
  return judged(lettersOnly(theirs) === lettersOnly(ours), theirs, ours);
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

/** A stated list is the whole list where it names files or is empty; a file stated without a name is any file. */
function attachmentNames(stated: Stated, { mail }: Reading): Judged | null {
  const { attachments, attachment_count: count } = stated;
  if (attachments === undefined && count === undefined) return null;
  const files = (attachments ?? []).filter((file) => file['content-alternative'] !== true);
  if (files.length > 0 && files.every(({ filename }) => filename === undefined)) return null;
  const names = files.flatMap(({ filename }) => (filename == null ? [] : [folded(filename)]));
  const ours = mail.attachments.map(({ filename }) => folded(filename));
  const enough =
    count !== undefined
      ? ours.length === count
      : files.length > 0
        ? ours.length >= files.length
        : ours.length === 0;
  return judged(enough && contained(names, ours), { names, count }, ours);
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

/** Text between tags: for comparing what two programs show of one HTML. */
function textIn(html: string): string {
  return html
    .replace(/<(script|style|title|head)\b[^>]*>.*?<\/\1\s*>/gis, ' ')
    .replace(/<!--.*?-->/gs, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#x([0-9a-f]{1,6});/gi, (_all, hex: string) => character(Number.parseInt(hex, 16)))
    .replace(/&#(\d{1,7});/g, (_all, code: string) => character(Number(code)))
    .replace(/&(amp|lt|gt|quot|nbsp|[a-z]{2,8});/gi, (all, name: string) => ENTITIES[name] ?? all);
}

function character(code: number): string {
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  nbsp: ' ',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  Auml: 'Ä',
  Ouml: 'Ö',
  Uuml: 'Ü',
  szlig: 'ß',
  eacute: 'é',
  aacute: 'á',
  atilde: 'ã',
  ccedil: 'ç',
  copy: '©',
  reg: '®',
  euro: '€',
};
