import { fingerprintOf } from '../domain/fingerprint.js';
import { ATTACHMENTS_LEFT_OUT, type ParsedMail, type ReportParts } from '../domain/parsed-mail.js';
import { readReply } from '../domain/visible-reply/read-reply.js';
import { forwardedMail, mayForward } from '../domain/visible-reply/forwarded-mail.js';
import { readEnvelope } from './envelope-headers.js';
import { storable } from './header-text.js';
import { invitationLine } from './invitation.js';
import {
  MAX_ATTACHMENTS,
  MessageAttachments,
  type AttachmentStore,
  type StoredBytes,
} from './message-attachments.js';
import { isBody, MessageBodies } from './message-bodies.js';
import { LineEnds } from './mime/line-ends.js';
import { MimeReader } from './mime/mime-reader.js';
import { forwardedAsAttachment } from './nested-message.js';
import { verifySmime } from './smime-signature.js';

export type { AttachmentStore, StoredBytes } from './message-attachments.js';

/** Input is taken in pieces of this size, so that streamed attachments can keep up in bounded memory. */
const PIECE_BYTES = 64 * 1024;

/**
 * Parses one message in bounded memory: text parts in memory, attachments handed to `store` as they come. Bad MIME,
 * charsets and headers are read as well as they can be; it throws only what `source` and `store` throw.
 */
export async function parseMail<Blob extends StoredBytes>(
  source: Buffer | AsyncIterable<Uint8Array>,
  store: AttachmentStore<Blob>,
): Promise<ParsedMail<Blob>> {
  const problems = new Set<string>();
  const problem = (code: string): void => void problems.add(code);
  const attachments = new MessageAttachments(store, problem);
  const bodies = new MessageBodies(problem, (files) =>
    attachments.add(files.map((file) => ({ ...file, mediaType: null, contentId: null }))),
  );
  let lines: readonly string[] = [];
  const lineEnds = new LineEnds();
  const reader = new MimeReader({
    messageHeader: (found) => (lines = found),
    leaf: (leaf) => (isBody(leaf, bodies) ? bodies.sinkFor(leaf) : attachments.sinkFor(leaf)),
    problem,
  });
  try {
    for await (const piece of Buffer.isBuffer(source) ? [source] : source) {
      const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
        reader.push(lineEnds.unified(bytes.subarray(at, at + PIECE_BYTES)));
        if (attachments.busy) await attachments.settle();
      }
    }
    reader.end();
    describeContents(bodies, attachments, problems);
    const stored = await attachments.all();
    if (problems.has('signed_smime') && Buffer.isBuffer(source)) {
      const from = readEnvelope(lines).from?.address ?? null;
      const verdict = await verifySmime(source, lines, from);
      if (verdict !== null) problem(verdict);
    }
    return assemble(lines, bodies, stored, attachments, problems);
  } catch (error) {
    attachments.abandon(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

/** Makes text of what is no text: an invitation, a winmail.dat, a message that only its addressee can open. */
function describeContents<Blob extends StoredBytes>(
  bodies: MessageBodies,
  { unpacked, invitation }: MessageAttachments<Blob>,
  problems: ReadonlySet<string>,
): void {
  if (unpacked !== null) bodies.supply(unpacked);
  if (invitation !== null) bodies.append(storable(invitationLine(invitation)));
  if (problems.has(ATTACHMENTS_LEFT_OUT)) bodies.append(LEFT_OUT);
  if (!bodies.blank) return;
  if (problems.has('encrypted_pgp')) bodies.append(ENCRYPTED.pgp);
  else if (problems.has('encrypted_smime')) bodies.append(ENCRYPTED.smime);
}

const LEFT_OUT = `[A mensagem tem mais de ${MAX_ATTACHMENTS} anexos: os demais estão apenas no original.]`;

const ENCRYPTED = {
  pgp: '[Mensagem cifrada (PGP): o conteúdo está no anexo e só abre com a chave de quem a recebeu.]',
  smime:
    '[Mensagem cifrada (S/MIME): o conteúdo está no anexo e só abre com o certificado de quem a recebeu.]',
} as const;

function assemble<Blob extends StoredBytes>(
  lines: readonly string[],
  bodies: MessageBodies,
  attachments: ParsedMail<Blob>['attachments'],
  found: Pick<MessageAttachments<Blob>, 'report' | 'nested'>,
  problems: ReadonlySet<string>,
): ParsedMail<Blob> {
  const envelope = readEnvelope(lines);
  const text = bodies.text();
  const html = bodies.html();
  const reply = readReply(text);
  const report = reportOf(envelope.headers['content-type']?.[0] ?? '', found.report);
  return {
    ...envelope,
    text,
    html,
    visibleText: reply.visibleText,
    spans: reply.spans,
    forwarded: forwardedIn(envelope.subject, text, reply, report === null ? found.nested : []),
    attachments,
    report,
    fingerprint: fingerprintOf({
      messageId: envelope.messageId,
      fromAddress: envelope.from?.address ?? null,
      date: envelope.date,
      subject: envelope.subject,
      text,
      html,
      attachments: attachments.map(({ blob }) => Buffer.from(blob.sha256).toString('hex')),
    }),
    problems: [...problems],
  };
}

/** Inside the text, else as the one message that is attached; what a report returns is no forward. */
function forwardedIn(
  subject: string,
  text: string,
  { spans, visibleText }: ReturnType<typeof readReply>,
  nested: readonly Buffer[],
): ParsedMail['forwarded'] {
  const inText = mayForward(subject, spans) ? forwardedMail(subject, text) : null;
  if (inText !== null || nested.length !== 1) return inText;
  return forwardedAsAttachment(nested[0]!, visibleText);
}

function reportOf(
  contentType: string,
  parts: { status: string; originalHeader: string },
): ReportParts | null {
  if (!/^multipart\/report\b/i.test(contentType) && parts.status === '') return null;
  const named = /report-type\s*=\s*"?([\w-]+)/i.exec(contentType)?.[1]?.toLowerCase();
  const type =
    named === 'delivery-status' ||
    named === 'disposition-notification' ||
    named === 'feedback-report'
      ? named
      : typeByFields(parts.status);
  return { type, ...parts };
}

/** What the fields are of, where the message does not say (RFC 3464, RFC 8098, RFC 5965). */
function typeByFields(status: string): ReportParts['type'] {
  const has = (field: RegExp): boolean => field.test(status);
  if (has(/^feedback-type\s*:/im)) return 'feedback-report';
  if (has(/^disposition\s*:/im)) return 'disposition-notification';
  return has(/^(final|original)-recipient\s*:/im) && has(/^action\s*:/im)
    ? 'delivery-status'
    : 'other';
}
