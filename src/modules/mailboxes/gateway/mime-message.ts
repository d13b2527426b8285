import MailComposer from 'nodemailer/lib/mail-composer';
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { displayName, fold, headerText, messageIds } from '../domain/mime/header-text.js';
import { plainMime } from '../domain/mime/plain-mime.js';
import type { OutgoingMail } from '../domain/outgoing-mail.js';
import { asciiDomain, isAscii } from '../domain/smtp-address.js';

/** Headers that the mail's own fields make; a further header of that name would contradict them. */
const OWN_HEADERS = new Set([
  'from',
  'to',
  'cc',
  'bcc',
  'subject',
  'date',
  'message-id',
  'in-reply-to',
  'references',
  'reply-to',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
]);

/** RFC 5322 §2.2: printable ASCII but the colon. */
const HEADER_NAME = /^[\x21-\x39\x3b-\x7e]{1,76}$/;

/** MIME ready for DATA: whole where it is small, a stream where attachments are in it. */
export type MimeMessage =
  | { readonly kind: 'buffer'; readonly bytes: Buffer }
  | { readonly kind: 'stream'; readonly stream: Readable };

/**
 * Composes the mail: 7-bit on the wire (encoded words, quoted-printable, base64), text and HTML as alternatives,
 * attachments streamed. No header value can begin a line of its own: line breaks in any field become spaces.
 * Composed again the same mail gives the same bytes: the copy in Sent is what was sent.
 * `utf8Headers`: the server takes raw UTF-8 in addresses (SMTPUTF8); elsewhere such addresses stay out of the header.
 */
export async function composeMime(mail: OutgoingMail, utf8Headers: boolean): Promise<MimeMessage> {
  const baseBoundary = boundaryOf(mail.messageId);
  if (mail.attachments.length === 0) {
    // Nearly all mail is like this, most of it automatic and in bursts: a tenth of the composer's time.
    const boundary = `=_${baseBoundary}`;
    const header = headerOf(mail, utf8Headers);
    return { kind: 'buffer', bytes: plainMime(header, mail.text, mail.html, boundary) };
  }
  const attachments = await openAll(mail.attachments);
  const node = new MailComposer({
    from: namedOf([mail.from], utf8Headers)[0],
    to: namedOf(mail.to, utf8Headers),
    cc: namedOf(mail.cc, utf8Headers),
    ...(mail.replyTo === null ? {} : { replyTo: { address: oneLine(mail.replyTo), name: '' } }),
    subject: oneLine(mail.subject),
    date: mail.date,
    messageId: `<${bareId(mail.messageId)}>`,
    ...(mail.inReplyTo === null ? {} : { inReplyTo: `<${bareId(mail.inReplyTo)}>` }),
    ...(mail.references.length === 0
      ? {}
      : { references: mail.references.map((id) => `<${bareId(id)}>`) }),
    text: mail.text,
    ...(mail.html === null ? {} : { html: mail.html }),
    headers: furtherHeaders(mail).map(([key, value]) => ({ key, value })),
    attachments,
    baseBoundary,
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  return { kind: 'stream', stream: node.createReadStream() };
}

/** Nobody can have written it into the mail: the Message-ID is random, and made after the text. */
function boundaryOf(messageId: string): string {
  return createHash('sha256').update(messageId).digest('hex').slice(0, 36);
}

function headerOf(mail: OutgoingMail, utf8: boolean): string[] {
  const list = (name: string, addresses: OutgoingMail['to']): string[] => {
    const named = namedOf(addresses, utf8).map(written);
    return named.length === 0 ? [] : [`${name}: ${named.join(',\r\n ')}`];
  };
  return [
    ...list('From', [mail.from]),
    ...list('To', mail.to),
    ...list('Cc', mail.cc),
    ...list('Reply-To', mail.replyTo === null ? [] : [{ address: mail.replyTo, name: '' }]),
    headerText('Subject', oneLine(mail.subject)),
    messageIds('Message-ID', [bareId(mail.messageId)]),
    ...(mail.inReplyTo === null ? [] : [messageIds('In-Reply-To', [bareId(mail.inReplyTo)])]),
    ...(mail.references.length === 0
      ? []
      : [messageIds('References', mail.references.map(bareId))]),
    `Date: ${mail.date.toUTCString().replace('GMT', '+0000')}`,
    ...furtherHeaders(mail).map(([name, value]) => furtherHeader(name, value)),
  ];
}

/** Structured fields must not hold encoded words; ours (Auto-Submitted, List-Unsubscribe…) are ASCII anyway. */
function furtherHeader(name: string, value: string): string {
  return isAscii(value) ? fold(`${name}: ${value}`) : headerText(name, value);
}

function furtherHeaders(mail: OutgoingMail): [string, string][] {
  return Object.entries(mail.headers)
    .filter(([name]) => HEADER_NAME.test(name) && !OWN_HEADERS.has(name.toLowerCase()))
    .map(([name, value]) => [name, oneLine(value)]);
}

function namedOf(
  addresses: OutgoingMail['to'],
  utf8: boolean,
): { address: string; name: string }[] {
  return addresses
    .map(({ address, name }) => ({
      // Nothing that could end the address or begin another one.
      address: asciiDomain(oneLine(address).replaceAll(/[<>\s]/g, '')),
      name: oneLine(name),
    }))
    .filter(({ address }) => utf8 || isAscii(address));
}

function written({ address, name }: { address: string; name: string }): string {
  if (name === '') return `<${address}>`;
  const display = displayName(name);
  return `${display}${display.startsWith('=?') ? '\r\n ' : ' '}<${address}>`;
}

interface OpenAttachment {
  filename: string;
  contentType: string;
  content: Readable;
  cid?: string;
  contentDisposition: 'inline' | 'attachment';
}

/** Opens what will be sent before the server is bothered; where one cannot be opened the others are let go. */
async function openAll(attachments: OutgoingMail['attachments']): Promise<OpenAttachment[]> {
  const open: OpenAttachment[] = [];
  try {
    for (const attachment of attachments) {
      open.push({
        filename: oneLine(attachment.filename),
        contentType: oneLine(attachment.mediaType),
        content: await attachment.open(),
        ...(attachment.contentId === null ? {} : { cid: oneLine(attachment.contentId) }),
        contentDisposition: attachment.contentId === null ? 'attachment' : 'inline',
      });
    }
    return open;
  } catch (error) {
    for (const { content } of open) content.destroy();
    throw error;
  }
}

/** A Message-ID without what could end it: brackets and white space. */
function bareId(id: string): string {
  return oneLine(id).replaceAll(/[<>\s]/g, '');
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

/**
 * The mail as `composeMime` makes it for a server, whole in memory: for the copy in Sent. SMTPUTF8 was in use exactly
 * where a server has taken the mail for an international address.
 */
export async function composeBytes(mail: OutgoingMail): Promise<Buffer> {
  const utf8Headers = mail.envelope.to.some((address) => !isAscii(asciiDomain(address)));
  const message = await composeMime(mail, utf8Headers);
  return message.kind === 'buffer' ? message.bytes : buffer(message.stream);
}
