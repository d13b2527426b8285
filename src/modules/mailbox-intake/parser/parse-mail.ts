import { MailParser, type AttachmentStream, type HeaderLines, type MessageText } from 'mailparser';
import type { Readable } from 'node:stream';
import { fingerprintOf } from '../domain/fingerprint.js';
import type { ParsedAttachment, ParsedMail, ReportParts } from '../domain/parsed-mail.js';
import { MAX_HTML_LENGTH, MAX_TEXT_LENGTH, textOfHtml } from './body-text.js';
import { readEnvelope } from './envelope-headers.js';
import { decodeUnlabelled, storable } from './header-text.js';
import { visibleTextOf } from './visible-text.js';

const MAX_ATTACHMENTS = 500;
const MAX_REPORT_LENGTH = 64 * 1024;

/** Where the bytes of one attachment went. */
export interface StoredBytes {
  readonly sha256: Uint8Array;
  readonly sizeBytes: number;
}

/** Takes the content of one attachment to its end and says where it is. Called one after the other. */
export type StoreAttachment<Blob extends StoredBytes> = (content: Readable) => Promise<Blob>;

/**
 * Parses one message from a stream in bounded memory: text parts in memory, attachments handed to `store` as they come.
 * Bad MIME, charsets and headers are read as well as they can be; it throws only where the parser itself gives up.
 */
export async function parseMail<Blob extends StoredBytes>(
  source: Readable,
  store: StoreAttachment<Blob>,
): Promise<ParsedMail<Blob>> {
  const parser = new MailParser({
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipTextLinks: true,
    skipImageLinks: true,
    checksumAlgo: false,
    keepDeliveryStatus: true,
    // A forwarded or returned message stays one file, with all its bytes.
    ignoreEmbedded: true,
  });
  let lines: HeaderLines = [];
  parser.once('headerLines', (found: HeaderLines) => (lines = found));
  source.once('error', (error) => parser.destroy(error));
  source.pipe(parser);
  const collected = new Collected<Blob>(store);
  for await (const part of parser as AsyncIterable<AttachmentStream | MessageText>) {
    await collected.add(part);
  }
  return assemble(lines, collected);
}

/** Gathers what the parser emits. */
class Collected<Blob extends StoredBytes> {
  readonly attachments: ParsedAttachment<Blob>[] = [];
  readonly problems = new Set<string>();
  readonly report = { status: '', originalHeader: '' };
  text = '';
  html: string | null = null;

  constructor(private readonly store: StoreAttachment<Blob>) {}

  async add(part: AttachmentStream | MessageText): Promise<void> {
    if (part.type === 'text') {
      this.text = this.bounded(part.text ?? '', MAX_TEXT_LENGTH, 'text_truncated');
      this.html =
        typeof part.html === 'string' && part.html !== ''
          ? this.bounded(part.html, MAX_HTML_LENGTH, 'html_truncated')
          : null;
      return;
    }
    if (this.attachments.length >= MAX_ATTACHMENTS) {
      this.problems.add('attachments_left_out');
      part.content.resume();
    } else {
      this.listenForReport(part);
      const position = this.attachments.length + 1;
      const blob = await this.store(part.content);
      this.attachments.push({ ...describe(part, position), blob });
    }
    part.release?.();
  }

  private bounded(text: string, limit: number, problem: string): string {
    if (text.length > limit) this.problems.add(problem);
    return storable(text.slice(0, limit));
  }

  /** Keeps the beginning of the machine-readable parts of a report, on their way into the store. */
  private listenForReport(part: AttachmentStream): void {
    const type = part.contentType.toLowerCase();
    const field =
      type === 'message/delivery-status' || type === 'message/disposition-notification'
        ? 'status'
        : type === 'message/rfc822' ||
            type === 'text/rfc822-headers' ||
            type === 'message/global-headers'
          ? 'originalHeader'
          : null;
    if (field === null) return;
    const chunks: Buffer[] = [];
    let length = 0;
    part.content.on('data', (chunk: Buffer) => {
      if (length < MAX_REPORT_LENGTH) chunks.push(chunk);
      length += chunk.length;
    });
    part.content.once('end', () => {
      this.report[field] ||= storable(
        decodeUnlabelled(Buffer.concat(chunks).subarray(0, MAX_REPORT_LENGTH)),
      );
    });
  }
}

function describe(part: AttachmentStream, position: number): Omit<ParsedAttachment<never>, 'blob'> {
  const mediaType =
    storable(part.contentType.slice(0, 200)).toLowerCase() || 'application/octet-stream';
  const named = storable((part.filename ?? '').slice(0, 255))
    .replace(/[\r\n\t]+/g, ' ')
    .trim();
  return {
    filename:
      named === ''
        ? `${FALLBACK_NAMES[mediaType] ?? 'anexo'}-${position}${FALLBACK_EXTENSIONS[mediaType] ?? ''}`
        : named,
    mediaType,
    contentId: part.cid === undefined || part.cid === '' ? null : storable(part.cid.slice(0, 500)),
    inline: part.related === true && part.contentDisposition !== 'attachment',
  };
}

const FALLBACK_NAMES: Record<string, string> = {
  'message/rfc822': 'mensagem',
  'message/delivery-status': 'relatorio-de-entrega',
  'text/calendar': 'convite',
};
const FALLBACK_EXTENSIONS: Record<string, string> = {
  'message/rfc822': '.eml',
  'message/delivery-status': '.txt',
  'text/calendar': '.ics',
  'image/png': '.png',
  'image/jpeg': '.jpg',
  'application/pdf': '.pdf',
  'text/plain': '.txt',
  'text/html': '.html',
};

function assemble<Blob extends StoredBytes>(
  lines: HeaderLines,
  collected: Collected<Blob>,
): ParsedMail<Blob> {
  // mailparser lists header lines from the last to the first.
  const envelope = readEnvelope(lines.map(({ line }) => line));
  const text = plainText(collected);
  const report = reportOf(envelope.headers['content-type']?.[0] ?? '', collected.report);
  return {
    ...envelope,
    text,
    html: collected.html,
    visibleText: visibleTextOf(text),
    attachments: collected.attachments,
    report,
    fingerprint: fingerprintOf({
      messageId: envelope.messageId,
      fromAddress: envelope.from?.address ?? null,
      date: envelope.date,
      subject: envelope.subject,
      text,
      html: collected.html,
      attachments: collected.attachments.map(({ blob }) =>
        Buffer.from(blob.sha256).toString('hex'),
      ),
    }),
    problems: [...collected.problems],
  };
}

function plainText(collected: Collected<StoredBytes>): string {
  if (collected.text.trim() !== '' || collected.html === null) return collected.text;
  const converted = textOfHtml(collected.html);
  if (converted === null) collected.problems.add('html_not_converted');
  return converted === null ? '' : storable(converted.slice(0, MAX_TEXT_LENGTH));
}

function reportOf(
  contentType: string,
  parts: { status: string; originalHeader: string },
): ReportParts | null {
  if (!/^multipart\/report\b/i.test(contentType) && parts.status === '') return null;
  const named = /report-type\s*=\s*"?([\w-]+)/i.exec(contentType)?.[1]?.toLowerCase();
  const type =
    named === 'delivery-status' || named === 'disposition-notification'
      ? named
      : /^(final|original)-recipient\s*:/im.test(parts.status) && /^action\s*:/im.test(parts.status)
        ? 'delivery-status'
        : 'other';
  return { type, ...parts };
}
