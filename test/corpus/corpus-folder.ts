import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { OperatorError } from '../../src/platform/index.js';

/** What a source states about one of its messages; every field is optional, absent means: it says nothing. */
export interface Stated {
  readonly subject?: string;
  readonly subject_contains?: string | readonly string[];
  readonly from?: string;
  readonly from_email?: string;
  readonly body_text?: string;
  readonly body_html_sanitised?: string;
  readonly attachments?: readonly StatedAttachment[];
  readonly attachment_count?: number;
  readonly reply_text?: string;
  readonly reply_contains?: readonly string[];
  readonly reply_not_contains?: readonly string[];
  readonly single_fragment?: boolean;
  readonly is_forward?: boolean;
  readonly forward?: {
    readonly subject?: string;
    readonly from_address?: string;
    readonly from_name?: string;
    readonly body?: string;
  };
  /** Where a bare body's subject stands: a path in the same source. */
  readonly subject_file?: string;
  readonly is_bounce?: boolean;
  readonly bounce_recipient?: readonly string[];
  readonly hard_bounce?: readonly boolean[];
  readonly temporary?: boolean | readonly string[];
  readonly is_auto_reply?: boolean;
}

export interface StatedAttachment {
  /** null: a file without a name. */
  readonly filename?: string | null;
  readonly md5?: string;
  readonly bytes?: number;
  /** The HTML body, kept as a file by a source that does so. */
  readonly 'content-alternative'?: boolean;
}

/** One message of the folder. */
export interface CorpusMessage {
  readonly source: string;
  readonly path: string;
  readonly kind: string;
  /** What the intake is given: the file, or a minimal message around a bare body. */
  readonly raw: Buffer;
  readonly stated: Stated | null;
}

/** Reads a folder of the form messages/, messages.tsv, expected.jsonl. Throws OperatorError where it is none. */
export function readCorpus(folder: string): CorpusMessage[] {
  const list = path.join(folder, 'messages.tsv');
  if (!existsSync(list)) throw new OperatorError(`${folder} holds no messages.tsv.`);
  const stated = readStated(path.join(folder, 'expected.jsonl'));
  return readFileSync(list, 'utf8')
    .split(/\r?\n/)
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => {
      const [source = '', file = '', kind = 'other'] = line.split('\t');
      const states = stated.get(`${source}\t${file}`) ?? null;
      const bytes = readFileSync(path.join(folder, 'messages', source, file));
      const raw = isBareBody(file, kind, states, bytes)
        ? wrapped(bytes, file, subjectOf(folder, source, states))
        : bytes;
      return { source, path: file, kind, raw, stated: states };
    });
}

function readStated(file: string): Map<string, Stated> {
  const stated = new Map<string, Stated>();
  if (!existsSync(file)) return stated;
  for (const line of readFileSync(file, 'utf8').split(/\r?\n/)) {
    if (line === '') continue;
    const { repo, path: name, ...facts } = JSON.parse(line) as Stated & Record<string, string>;
    stated.set(`${repo}\t${name}`, { ...stated.get(`${repo}\t${name}`), ...(facts as Stated) });
  }
  return stated;
}

/** What no bare body has, be it a reply that begins with a quoted header. */
const TRANSPORT_HEADER = /^(received|return-path|message-id|mime-version|delivered-to)[ \t]*:/im;

/** A few files are bodies of replies and no messages: `.txt` or `.html`, a reply, nothing that a mail server writes. */
function isBareBody(file: string, kind: string, states: Stated | null, bytes: Buffer): boolean {
  if (!/\.(txt|html)$/.test(file)) return false;
  const aboutReply = Object.keys(states ?? {}).some((key) => /^(reply_|is_forward)/.test(key));
  if (kind !== 'reply' && !aboutReply) return false;
  const head = bytes.toString('latin1', 0, 4_000).split(/\r?\n\r?\n/, 1)[0]!;
  return !TRANSPORT_HEADER.test(head);
}

/** The subject of a bare body: from its file; where the folder lacks that, as a mail program marks a forward. */
function subjectOf(folder: string, source: string, states: Stated | null): string {
  if (states?.subject_file === undefined) return '';
  const file = path.join(folder, 'messages', source, states.subject_file);
  if (existsSync(file)) return readFileSync(file, 'utf8').trim().replace(/\s+/g, ' ');
  return states.is_forward === true ? `FW: ${states.forward?.subject ?? ''}`.trimEnd() : '';
}

function wrapped(body: Buffer, file: string, subject: string): Buffer {
  const type = file.endsWith('.html') ? 'text/html' : 'text/plain';
  const header = [
    'From: cliente@cliente.example',
    'To: suporte@hd.example',
    `Subject: ${subject}`,
    'MIME-Version: 1.0',
    `Content-Type: ${type}; charset=utf-8`,
    'Content-Transfer-Encoding: 8bit',
    '',
    '',
  ];
  return Buffer.concat([Buffer.from(header.join('\r\n')), body]);
}
