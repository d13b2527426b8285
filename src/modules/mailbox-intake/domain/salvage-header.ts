/** What could be read of a message that must not be parsed (D22). */
export interface Salvaged {
  readonly from: string | null;
  readonly name: string;
  readonly subject: string;
  /** Without brackets. */
  readonly messageId: string | null;
  readonly references: readonly string[];
}

const MAX_LINES = 500;

/**
 * Reads From, Subject and Message-ID by nothing but line splitting and bounded look-ups: whatever made the real parser
 * fail, this will not. Encoded words stay as they are.
 */
export function salvageHeader(bytes: Buffer): Salvaged {
  const text = bytes.toString('latin1').replaceAll('\0', '');
  const end = text.search(/\r?\n\r?\n/);
  const lines = (end < 0 ? text : text.slice(0, end)).split(/\r?\n/).slice(0, MAX_LINES);
  const from = valueOf(lines, 'from');
  const address =
    /([^\s<>"(),;:@]{1,64}@[A-Za-z0-9.-]{1,250})/.exec(from.slice(0, 1_000))?.[1] ?? null;
  const messageId =
    /<([^<>\s]{1,500})>/.exec(valueOf(lines, 'message-id').slice(0, 1_000))?.[1] ?? null;
  return {
    from: address === null ? null : address.toLowerCase(),
    name: '',
    subject: valueOf(lines, 'subject').slice(0, 500),
    messageId,
    references: [],
  };
}

function valueOf(lines: readonly string[], name: string): string {
  const at = lines.findIndex((line) => line.slice(0, name.length + 1).toLowerCase() === `${name}:`);
  if (at < 0) return '';
  let value = lines[at]!.slice(name.length + 1);
  for (
    let next = at + 1;
    next < lines.length && /^[ \t]/.test(lines[next]!) && value.length < 2_000;
    next += 1
  ) {
    value += ` ${lines[next]!.trim()}`;
  }
  return value.trim();
}
