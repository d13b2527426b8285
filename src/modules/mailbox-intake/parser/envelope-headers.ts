import { parseAddressHeader } from 'mailparser';
import type { MailAddress } from '../domain/parsed-mail.js';
import { charsetHint, decodeWords, readHeaderLine, storable } from './header-text.js';

const MAX_ADDRESSES = 500;
/** RFC 5321 4.5.3.1: 64 + 1 + 255; longer is no address (and would not fit PostgreSQL's index). */
const MAX_ADDRESS_LENGTH = 320;
const MAX_MESSAGE_ID_LENGTH = 500;
const MAX_REFERENCES = 100;
const MAX_HEADER_LENGTH = 4_000;
const MAX_ADDRESS_HEADER_LENGTH = 100_000;
const MAX_HEADERS = 300;
/** Long, many, and of no use to any decision. */
const LEFT_OUT =
  /^(received|dkim-signature|arc-.*|x-google-.*|x-ms-exchange-crosstenant-.*|x-microsoft-antispam.*)$/;

export interface EnvelopeHeaders {
  readonly headers: Record<string, string[]>;
  readonly receivedHeaders: number;
  readonly messageId: string | null;
  readonly inReplyTo: string[];
  readonly references: string[];
  readonly from: MailAddress | null;
  readonly sender: MailAddress | null;
  readonly replyTo: MailAddress | null;
  readonly to: MailAddress[];
  readonly cc: MailAddress[];
  readonly date: string | null;
  readonly subject: string;
}

/** Reads the header of a message from its raw lines (binary strings, in order). Never throws on bad content. */
export function readEnvelope(lines: Iterable<string>): EnvelopeHeaders {
  // Without a prototype: header names come from strangers.
  const raw: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  let receivedHeaders = 0;
  let kept = 0;
  const hint = (): string => charsetHint(lines);
  for (const line of lines) {
    const { name, value } = readHeaderLine(line, hint);
    if (name === 'received') receivedHeaders += 1;
    if (name === '' || LEFT_OUT.test(name) || kept >= MAX_HEADERS) continue;
    kept += 1;
    (raw[name] ??= []).push(value);
  }
  const headers: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (const [name, values] of Object.entries(raw)) {
    headers[name] = values.map((value) => storable(decodeWords(value).slice(0, MAX_HEADER_LENGTH)));
  }
  return {
    headers,
    receivedHeaders,
    messageId: readMessageIds(raw['message-id']?.[0] ?? '')[0] ?? null,
    inReplyTo: readMessageIds(raw['in-reply-to']?.join(' ') ?? ''),
    references: boundedReferences(readMessageIds(raw['references']?.join(' ') ?? '')),
    from: readAddresses(raw['from'])[0] ?? null,
    sender: readAddresses(raw['sender'])[0] ?? null,
    replyTo: readAddresses(raw['reply-to'])[0] ?? null,
    to: readAddresses(raw['to']),
    cc: readAddresses(raw['cc']),
    date: raw['date']?.[0]?.slice(0, 200) ?? null,
    subject: storable(headers['subject']?.[0]?.slice(0, 1_000) ?? '').trim(),
  };
}

/** Message-IDs of a header value without brackets, blank ones left out; also ids that came without brackets. */
export function readMessageIds(value: string): string[] {
  const bracketed = [...value.matchAll(/<([^<>]+)>/g)].map((match) =>
    match[1]!.replace(/\s+/g, ''),
  );
  const ids =
    bracketed.length > 0 ? bracketed : value.split(/[\s,]+/).filter((word) => word.includes('@'));
  const usable = ids.map((id) => id.slice(0, MAX_MESSAGE_ID_LENGTH)).filter((id) => id !== '');
  if (usable.length === 0 && bracketed.length === 0) {
    const bare = value.replace(/[<>\s]+/g, '').slice(0, MAX_MESSAGE_ID_LENGTH);
    return bare === '' ? [] : [bare];
  }
  return usable;
}

/** The first (what started it) and the last ones (nearest to this message): RFC 5322 3.6.4 lets a thread grow for ever. */
function boundedReferences(ids: string[]): string[] {
  return ids.length <= MAX_REFERENCES ? ids : [ids[0]!, ...ids.slice(-(MAX_REFERENCES - 1))];
}

export function readAddresses(values: string[] | undefined): MailAddress[] {
  if (values === undefined) return [];
  const bounded = values.map(boundedAddresses);
  const found: MailAddress[] = [];
  const parsed = parseAddressHeader(bounded, { flatten: true, decodePunycode: false }).value;
  for (const { address, name } of parsed.slice(0, MAX_ADDRESSES)) {
    const usable = usableAddress(address ?? '');
    if (usable !== null) found.push({ address: usable, name: storable(name.slice(0, 200)).trim() });
  }
  return found;
}

/** The beginning of an over-long header; where that holds no address (a name without end) the last one after it. */
function boundedAddresses(value: string): string {
  if (value.length <= MAX_ADDRESS_HEADER_LENGTH) return value;
  const beginning = value.slice(0, MAX_ADDRESS_HEADER_LENGTH);
  const open = value.lastIndexOf('<');
  const last = value.slice(open + 1, value.indexOf('>', open)).trim();
  const holdsOne = readAddresses([beginning]).length > 0;
  return holdsOne || open < 0 || usableAddress(last) === null ? beginning : `<${last}>`;
}

function usableAddress(address: string): string | null {
  const trimmed = storable(address).trim();
  const at = trimmed.lastIndexOf('@');
  if (
    at < 1 ||
    at === trimmed.length - 1 ||
    trimmed.length > MAX_ADDRESS_LENGTH ||
    /[\s<>]/.test(trimmed)
  )
    return null;
  return `${trimmed.slice(0, at)}@${trimmed.slice(at + 1).toLowerCase()}`;
}
