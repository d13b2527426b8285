import MailComposer from 'nodemailer/lib/mail-composer';
import { Readable } from 'node:stream';
import type { OutgoingMail } from '../domain/outgoing-mail.js';
import { isAscii } from '../domain/smtp-address.js';

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
 * `utf8Headers`: the server takes raw UTF-8 in addresses (SMTPUTF8); elsewhere such addresses stay out of the header.
 */
export async function composeMime(mail: OutgoingMail, utf8Headers: boolean): Promise<MimeMessage> {
  const named = (list: OutgoingMail['to']): { address: string; name: string }[] =>
    list
      .filter(({ address }) => utf8Headers || isAscii(address.slice(0, address.lastIndexOf('@'))))
      .map(({ address, name }) => ({ address: oneLine(address), name: oneLine(name) }));
  const attachments = await openAll(mail.attachments);
  const node = new MailComposer({
    from: named([mail.from])[0],
    to: named(mail.to),
    cc: named(mail.cc),
    ...(mail.replyTo === null ? {} : { replyTo: { address: oneLine(mail.replyTo), name: '' } }),
    subject: oneLine(mail.subject),
    date: mail.date,
    messageId: bracketed(mail.messageId),
    ...(mail.inReplyTo === null ? {} : { inReplyTo: bracketed(mail.inReplyTo) }),
    ...(mail.references.length === 0 ? {} : { references: mail.references.map(bracketed) }),
    text: mail.text,
    ...(mail.html === null ? {} : { html: mail.html }),
    headers: Object.entries(mail.headers)
      .filter(([name]) => HEADER_NAME.test(name) && !OWN_HEADERS.has(name.toLowerCase()))
      .map(([key, value]) => ({ key, value: oneLine(value) })),
    attachments,
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  if (attachments.length === 0) return { kind: 'buffer', bytes: await node.build() };
  return { kind: 'stream', stream: node.createReadStream() };
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

function bracketed(id: string): string {
  return `<${oneLine(id).replaceAll(/[<>\s]/g, '')}>`;
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}
