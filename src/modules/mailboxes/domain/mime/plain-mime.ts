import { quotedPrintable } from './quoted-printable.js';

const CRLF = '\r\n';

/**
 * A message without attachments: header, then the text, or text and HTML as alternatives (RFC 2046 §5.1.4), all 7-bit.
 * `header` are whole fields without their last line break. `boundary` must not occur in quoted-printable text, so it
 * holds an `=_`.
 */
export function plainMime(
  header: readonly string[],
  text: string,
  html: string | null,
  boundary: string,
): Buffer {
  const lines = [...header, 'MIME-Version: 1.0'];
  if (html === null) {
    lines.push(...partHeader('text/plain'));
    return Buffer.concat([head(lines), quotedPrintable(text), Buffer.from(CRLF)]);
  }
  lines.push(`Content-Type: multipart/alternative;${CRLF} boundary="${boundary}"`);
  return Buffer.concat([
    head(lines),
    head([`--${boundary}`, ...partHeader('text/plain')]),
    quotedPrintable(text),
    head(['', `--${boundary}`, ...partHeader('text/html')]),
    quotedPrintable(html),
    Buffer.from(`${CRLF}--${boundary}--${CRLF}`),
  ]);
}

function partHeader(type: string): string[] {
  return [`Content-Type: ${type}; charset=utf-8`, 'Content-Transfer-Encoding: quoted-printable'];
}

function head(lines: readonly string[]): Buffer {
  return Buffer.from(lines.join(CRLF) + CRLF + CRLF, 'utf8');
}
