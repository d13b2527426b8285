import { createHash } from 'node:crypto';

export interface FingerprintParts {
  readonly messageId: string | null;
  readonly fromAddress: string | null;
  readonly date: string | null;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  /** SHA-256 of every attachment, hex. */
  readonly attachments: readonly string[];
}

/**
 * What makes two copies one message (D25): Message-ID, From, Date, Subject, decoded bodies and attachments, nothing
 * that transport adds or rewrites (trace headers, transfer encoding, line ends, trailing white space). Hex SHA-256.
 */
export function fingerprintOf(parts: FingerprintParts): string {
  const canonical = [
    parts.messageId?.toLowerCase() ?? null,
    parts.fromAddress?.toLowerCase() ?? null,
    canonicalDate(parts.date),
    parts.subject.replace(/\s+/g, ' ').trim(),
    canonicalBody(parts.text),
    parts.html === null ? null : canonicalBody(parts.html),
    [...parts.attachments].sort(),
  ];
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex');
}

/**
 * The fingerprint of a message without Message-ID and Date: two of the same words may be two messages, so only the very
 * same bytes, received by the server at the same instant, are a copy (D22, D25). Others keep theirs.
 */
export function anonymousFingerprint(
  mail: { readonly messageId: string | null; readonly date: string | null; fingerprint: string },
  raw: { readonly sha256: Uint8Array; readonly receivedAt: Date },
): string {
  if (mail.messageId !== null || mail.date !== null) return mail.fingerprint;
  return createHash('sha256')
    .update(mail.fingerprint)
    .update(raw.sha256)
    .update(raw.receivedAt.toISOString())
    .digest('hex');
}

/** The instant where the Date header can be read (servers rewrite its spelling), else its text. */
function canonicalDate(date: string | null): string | null {
  if (date === null) return null;
  const milliseconds = Date.parse(date);
  return Number.isNaN(milliseconds) ? date.trim() : new Date(milliseconds).toISOString();
}

/** Lines end in LF, without blanks before it. Line by line: a pattern would cost the square of a run of blanks. */
function canonicalBody(body: string): string {
  return body.split('\n').map(withoutEnd).join('\n').trimEnd();
}

function withoutEnd(line: string, at: number, all: readonly string[]): string {
  if (at === all.length - 1) return line;
  let end = line.length;
  if (line.charCodeAt(end - 1) === CR) end -= 1;
  while (line.charCodeAt(end - 1) === SPACE || line.charCodeAt(end - 1) === TAB) end -= 1;
  return end === line.length ? line : line.slice(0, end);
}

const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
