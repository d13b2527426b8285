import { PassThrough, type Readable } from 'node:stream';
import type { ParsedAttachment } from '../domain/parsed-mail.js';
import { decodeUnlabelled, storable } from './header-text.js';
import type { Leaf } from './mime/mime-reader.js';
import type { ByteSink } from './mime/transfer-decoding.js';

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
const MAX_ATTACHMENTS = 500;
const MAX_REPORT_BYTES = 64 * 1024;

interface Kept<Blob> {
  readonly about: Omit<ParsedAttachment<Blob>, 'blob'>;
  store: () => Promise<Blob>;
}

/** Collects the attachments of one message, and the beginnings of those that are machine-readable reports. */
export class MessageAttachments<Blob extends StoredBytes> {
  readonly report = { status: '', originalHeader: '' };
  private readonly kept: Kept<Blob>[] = [];
  private streams: { pipe: PassThrough; stored: Promise<Blob>; ended: boolean }[] = [];

  constructor(
    private readonly store: AttachmentStore<Blob>,
    private readonly problem: (code: string) => void,
  ) {}

  sinkFor(leaf: Leaf): ByteSink | null {
    if (this.kept.length >= MAX_ATTACHMENTS) {
      this.problem('attachments_left_out');
      return null;
    }
    const kept: Kept<Blob> = {
      about: describe(leaf, this.kept.length + 1),
      store: () => this.store.whole(Buffer.alloc(0)),
    };
    this.kept.push(kept);
    const listen = this.listener(leaf.mediaType);
    let held: Buffer[] = [];
    let size = 0;
    let stream: (typeof this.streams)[number] | null = null;
    return {
      write: (bytes) => {
        listen?.(bytes);
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

  private listener(mediaType: string): ((bytes: Buffer) => void) | null {
    const field = REPORT_FIELDS[mediaType];
    if (field === undefined || this.report[field] !== '') return null;
    let heard = Buffer.alloc(0);
    return (bytes) => {
      if (heard.length >= MAX_REPORT_BYTES) return;
      heard = Buffer.concat([heard, bytes.subarray(0, MAX_REPORT_BYTES - heard.length)]);
      this.report[field] = storable(decodeUnlabelled(heard));
    };
  }
}

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
  const named = storable((leaf.header.filename ?? '').slice(0, 255))
    .replace(/[\r\n\t]+/g, ' ')
    .trim();
  const { contentId, disposition } = leaf.header;
  return {
    filename:
      named === ''
        ? `${FALLBACK_NAMES[mediaType] ?? 'anexo'}-${position}${FALLBACK_EXTENSIONS[mediaType] ?? ''}`
        : named,
    mediaType,
    contentId: contentId === null ? null : storable(contentId.slice(0, 500)),
    inline: contentId !== null && leaf.inRelated && disposition.value !== 'attachment',
  };
}

const FALLBACK_NAMES: Readonly<Record<string, string>> = {
  'message/rfc822': 'mensagem',
  'message/delivery-status': 'relatorio-de-entrega',
  'text/calendar': 'convite',
};
const FALLBACK_EXTENSIONS: Readonly<Record<string, string>> = {
  'message/rfc822': '.eml',
  'message/delivery-status': '.txt',
  'text/calendar': '.ics',
  'image/png': '.png',
  'image/jpeg': '.jpg',
  'application/pdf': '.pdf',
  'text/plain': '.txt',
  'text/html': '.html',
};
