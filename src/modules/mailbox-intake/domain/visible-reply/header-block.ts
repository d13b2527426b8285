import { headerFieldOf, type HeaderField, type HeaderRole } from './header-labels.js';
import { nextFilled, type Line } from './text-lines.js';

/** The header of a quoted or forwarded message, as a mail program wrote it into the text. */
export interface HeaderBlock {
  /** Index after its last line. */
  readonly end: number;
  /** First value of each role, continuation lines joined. */
  readonly fields: Readonly<Partial<Record<HeaderRole, string>>>;
}

const MAX_CONTINUATION = 4;
const MAX_FIELDS = 12;
const TIME = /\d{1,2}\s?[:.h]\s?\d{2}/;

/**
 * The header block that begins at `at`; null where none does. Three fields with a sender among them and a sign that they
 * are of a mail (an address, a time, a subject); two are enough where a separator announced it.
 */
export function headerBlockAt(
  lines: readonly Line[],
  at: number,
  announced = false,
): HeaderBlock | null {
  const first = headerFieldOf(lines[at]?.inner ?? '');
  if (first === null || first.role === 'other') return null;
  const fields: Partial<Record<HeaderRole, string>> = {};
  let end = at;
  for (let count = 0; count < MAX_FIELDS; count += 1) {
    const field = headerFieldOf(lines[end]?.inner ?? '');
    if (field === null || (field.role in fields && field.role !== 'other')) break;
    const after = afterValue(lines, end, field);
    fields[field.role] ??= valueOf(lines, end, after, field);
    end = after;
  }
  return isHeader(fields, announced) ? { end, fields } : null;
}

/** Index of the line after a field's value: continuation lines count where another field follows them, or a comma. */
function afterValue(lines: readonly Line[], at: number, field: HeaderField): number {
  let list = isList(field) && /[,;<]$/.test(field.value);
  for (let end = at + 1; end <= at + 1 + MAX_CONTINUATION; end += 1) {
    const text = lines[end]?.inner;
    if (text === undefined) return at + 1;
    if (headerFieldOf(text) !== null) return end;
    if (text === '') {
      // Some programs set each field apart.
      const next = nextFilled(lines, end);
      const follows = next === end + 1 && headerFieldOf(lines[next]?.inner ?? '') !== null;
      return follows && end === at + 1 ? next : list ? end : at + 1;
    }
    if (list && !/[,;<]$/.test(text)) return end + 1;
    list = list && /[,;<]$/.test(text);
  }
  return at + 1;
}

function isList({ role }: HeaderField): boolean {
  return role === 'to' || role === 'cc';
}

function valueOf(lines: readonly Line[], at: number, end: number, field: HeaderField): string {
  let value = field.value;
  for (let index = at + 1; index < end; index += 1) value += ` ${lines[index]!.inner}`;
  return value.trim();
}

function isHeader(fields: HeaderBlock['fields'], announced: boolean): boolean {
  const count = Object.keys(fields).filter((role) => role !== 'other').length;
  if (announced) return count >= 2 || fields.from !== undefined;
  if (fields.from === undefined || count < 3) return false;
  return fields.subject !== undefined || fields.from.includes('@') || TIME.test(fields.date ?? '');
}
