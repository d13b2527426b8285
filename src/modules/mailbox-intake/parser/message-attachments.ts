import { PassThrough, type Readable } from 'node:stream';
import { ATTACHMENTS_LEFT_OUT, type ParsedAttachment } from '../domain/parsed-mail.js';
import { attachmentName, nestedMessageName } from './attachment-name.js';
import { decodeUnlabelled } from './charsets.js';
import { storable } from './header-text.js';
import { readInvitation, type Invitation } from './invitation.js';
import { LocalLines } from './mime/local-lines.js';
import type { Leaf } from './mime/mime-reader.js';
import type { ByteSink } from './mime/transfer-decoding.js';
import { readTnef } from './tnef.js';

/** Where the bytes of one attachment went. */
export interface StoredBytes {
  readonly sha256: Uint8Array;
  readonly sizeBytes: number;
}

/** Keeps attachments; called for one after the other. A stream is taken to its end. */
export interface AttachmentStore<Blob extends StoredBytes> {
  whole(bytes: Buffer): Promise<Blob>;
  stream(content: Readable): Promise<Blob>;
}

/** Up to this size an attachment is held whole; a larger one is streamed. */
const WHOLE_BYTES = 256 * 1024;
/** What comes after is in the original alone. */
export const MAX_ATTACHMENTS = 500;
const MAX_REPORT_BYTES = 64 * 1024;

interface Kept<Blob> {
  about: Omit<ParsedAttachment<Blob>, 'blob'>;
  store: () => Promise<Blob>;
}

/** A file that came out of another part. */
export interface UnpackedFile {
  readonly filename: string | null;
  readonly mediaType: string | null;
  readonly contentId: string | null;
  readonly content: Buffer;
}

/** Collects the attachments of one message, and the beginnings of those that are machine-readable reports. */
export class MessageAttachments<Blob extends StoredBytes> {
  readonly report = { status: '', originalHeader: '' };
  /** The beginnings of messages inside the message, in their order; of the first two. */
  readonly nested: Buffer[] = [];
  /** Of the first calendar part. */
  invitation: Invitation | null = null;
  /** The text that stood in a winmail.dat. */
  unpacked: { readonly text: string; readonly html: string | null } | null = null;
  private readonly kept: Kept<Blob>[] = [];
  private streams: { pipe: PassThrough; stored: Promise<Blob>; ended: boolean }[] = [];

  constructor(
    private readonly store: AttachmentStore<Blob>,
    private readonly problem: (code: string) => void,
  ) {}

  sinkFor(leaf: Leaf): ByteSink | null {
    const kept = this.place(describe(leaf, this.kept.length + 1));
    if (kept === null) return null;
    this.mark(leaf);
    const sink = this.sinkOf(kept, this.listener(leaf, kept));
    return hasTextLines(leaf) ? new LocalLines(sink) : sink;
  }

  /** Files that were found inside a part, as attachments of their own. */
  add(files: readonly UnpackedFile[]): void {
    for (const { filename, mediaType, contentId, content } of files) {
      const type = mediaType ?? 'application/octet-stream';
      const name = attachmentName(
        { filename, contentId, description: null },
        type,
        this.kept.length + 1,
      );
      const kept = this.place({
        filename: name,
        mediaType: storable(type.slice(0, 200)).toLowerCase(),
        contentId: contentId === null ? null : storable(contentId.slice(0, 500)),
        inline: contentId !== null,
      });
      if (kept !== null) kept.store = () => this.store.whole(content);
    }
  }

  private place(about: Kept<Blob>['about']): Kept<Blob> | null {
    if (this.kept.length >= MAX_ATTACHMENTS) {
      this.problem(ATTACHMENTS_LEFT_OUT);
      return null;
    }
    const kept: Kept<Blob> = { about, store: () => this.store.whole(Buffer.alloc(0)) };
    this.kept.push(kept);
    return kept;
  }

  /** What is signed or encrypted is kept as it is and marked (RFC 3156, RFC 8551). */
  private mark({ mediaType, header }: Leaf): void {
    const mark = PROTECTION[mediaType];
    if (mark === undefined) return;
    const signed = /^(signed-data|certs-only)$/i.test(
      header.contentType.params.get('smime-type') ?? '',
    );
    this.problem(mark === 'encrypted_smime' && signed ? 'signed_smime' : mark);
  }

  private sinkOf(kept: Kept<Blob>, listen: Listener | null): ByteSink {
    let held: Buffer[] = [];
    let size = 0;
    let stream: (typeof this.streams)[number] | null = null;
    return {
      write: (bytes) => {
        listen?.hear(bytes);
        size += bytes.length;
        if (stream === null) {
          held.push(bytes);
          if (size <= WHOLE_BYTES) return;
          const pipe = new PassThrough();
          const stored = this.store.stream(pipe);
          stored.catch(() => undefined);
          stream = { pipe, stored, ended: false };
          this.streams.push(stream);
          kept.store = () => stored;
          for (const piece of held) pipe.write(piece);
          held = [];
        } else {
          stream.pipe.write(bytes);
        }
      },
      end: () => {
        listen?.end();
        if (stream !== null) {
          stream.ended = true;
          stream.pipe.end();
          return;
        }
        const whole = held.length === 1 ? held[0]! : Buffer.concat(held);
        kept.store = () => this.store.whole(whole);
      },
    };
  }

  /** Between two pieces of input: true where somebody must be waited for, so that memory stays bounded. */
  get busy(): boolean {
    return this.streams.length > 0;
  }

  /** Waits until streamed attachments have taken what they were given, and until ended ones are stored. */
  async settle(): Promise<void> {
    for (const stream of this.streams) {
      if (stream.ended) await stream.stored;
      else if (stream.pipe.writableNeedDrain) {
        // The store may fail instead of taking more; then its error is the answer.
        await Promise.race([
          new Promise((resolve) => stream.pipe.once('drain', resolve)),
          stream.stored,
        ]);
      }
    }
    this.streams = this.streams.filter(({ ended }) => !ended);
  }

  /** Everything stored, in the message's order. */
  async all(): Promise<ParsedAttachment<Blob>[]> {
    const all: ParsedAttachment<Blob>[] = [];
    for (const { about, store } of this.kept) all.push({ ...about, blob: await store() });
    return all;
  }

  /** Nothing more comes: whoever reads a stream must not wait for ever. */
  abandon(error: Error): void {
    for (const { pipe } of this.streams) pipe.destroy(error);
  }

  /** Parts of which the beginning is read: reports, messages inside the message, calendars, what Outlook packs. */
  private listener(leaf: Leaf, kept: Kept<Blob>): Listener | null {
    const { mediaType, header } = leaf;
    if (isTnef(leaf)) return this.unpacking(kept);
    const field = REPORT_FIELDS[mediaType];
    if (field === undefined && mediaType !== 'text/calendar') return null;
    const charset = header.contentType.params.get('charset') ?? '';
    return new Listener(MAX_REPORT_BYTES, (bytes) => {
      const text = storable(decodeUnlabelled(bytes, charset));
      if (mediaType === 'text/calendar') this.invitation ??= readInvitation(text);
      if (field === undefined) return;
      if (NESTED_MESSAGE.test(mediaType) && this.nested.length < 2) this.nested.push(bytes);
      if (NESTED_MESSAGE.test(mediaType) && header.filename === null)
        kept.about = { ...kept.about, filename: nestedMessageName(text) ?? kept.about.filename };
      if (this.report[field] === '') this.report[field] = text;
    });
  }

  /** A winmail.dat gives way to what is in it; one that holds nothing, or cannot be read, stays. */
  private unpacking(kept: Kept<Blob>): Listener {
    return new Listener(MAX_TNEF_BYTES, (bytes, complete) => {
      const content = readTnef(bytes);
      if (content === null || !complete) {
        this.problem('tnef_not_unpacked');
        return;
      }
      if (this.unpacked === null && (content.text !== null || content.html !== null))
        this.unpacked = { text: storable(content.text ?? ''), html: content.html };
      if (content.files.length === 0) return;
      const at = this.kept.indexOf(kept);
      if (at >= 0) this.kept.splice(at, 1);
      this.add(content.files);
    });
  }
}

/** Holds the beginning of a part and hands it over at its end. */
class Listener {
  private readonly pieces: Buffer[] = [];
  private size = 0;
  private complete = true;

  constructor(
    private readonly most: number,
    private readonly heard: (bytes: Buffer, complete: boolean) => void,
  ) {}

  hear(bytes: Buffer): void {
    const room = this.most - this.size;
    if (bytes.length > room) this.complete = false;
    if (room <= 0) return;
    this.pieces.push(bytes.subarray(0, room));
    this.size += Math.min(room, bytes.length);
  }

  end(): void {
    this.heard(Buffer.concat(this.pieces), this.complete);
  }
}

const NESTED_MESSAGE = /^message\/(rfc822|global)$/;
/** Held whole in memory, beside the part itself. */
const MAX_TNEF_BYTES = 24 * 1024 * 1024;

function isTnef({ mediaType, header }: Leaf): boolean {
  return (
    /^application\/(vnd\.)?ms-tnef$/.test(mediaType) ||
    /^win(mail|\.)dat$/i.test(header.filename ?? '')
  );
}

/** Lines of text that travelled as lines: 7bit is nothing else (RFC 2045 2.7). A message inside stays as it was signed. */
function hasTextLines({ mediaType, header }: Leaf): boolean {
  if (mediaType.startsWith('message/') || mediaType === 'text/rfc822-headers') return false;
  if (header.encoding === '7bit') return true;
  return mediaType.startsWith('text/') && /^(|8bit|quoted-printable)$/.test(header.encoding);
}

const PROTECTION: Readonly<Record<string, string>> = {
  'application/pgp-encrypted': 'encrypted_pgp',
  'application/pgp-signature': 'signed_pgp',
  'application/pkcs7-signature': 'signed_smime',
  'application/x-pkcs7-signature': 'signed_smime',
  'application/pkcs7-mime': 'encrypted_smime',
  'application/x-pkcs7-mime': 'encrypted_smime',
};

const REPORT_FIELDS: Readonly<Record<string, 'status' | 'originalHeader'>> = {
  'message/delivery-status': 'status',
  'message/global-delivery-status': 'status',
  'message/disposition-notification': 'status',
  'message/feedback-report': 'status',
  'message/rfc822': 'originalHeader',
  'message/global': 'originalHeader',
  'text/rfc822-headers': 'originalHeader',
  'message/global-headers': 'originalHeader',
};

function describe(leaf: Leaf, position: number): Omit<ParsedAttachment<never>, 'blob'> {
  const mediaType = storable(leaf.mediaType.slice(0, 200)) || 'application/octet-stream';
  const { contentId, disposition } = leaf.header;
  return {
    filename: attachmentName(leaf.header, mediaType, position),
    mediaType,
    contentId: contentId === null ? null : storable(contentId.slice(0, 500)),
    inline: contentId !== null && leaf.inRelated && disposition.value !== 'attachment',
  };
}
