import type { Readable } from 'node:stream';
import type { StagedBlob } from '../../files/index.js';
import type { ParsedMail } from '../domain/parsed-mail.js';

/** A message to parse: small ones whole, large ones as a stream that can be opened again after a crash. */
export type MailSource =
  | { readonly kind: 'bytes'; readonly raw: Buffer }
  | { readonly kind: 'stream'; readonly sizeBytes: number; readonly open: () => Promise<Readable> };

/** The message is the cause: it crashed the parser, ran out of time or memory, or cannot be read at all (D22). */
export class UnparsableMail extends Error {
  constructor(
    readonly reason: 'failed' | 'crashed' | 'timeout',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'UnparsableMail';
  }
}

/** Puts the bytes of one attachment where they can be recorded later. */
export type StageAttachment = (content: Readable) => Promise<StagedBlob>;

/**
 * The parser as a port. Production parses in a worker thread that may die; tools and specs in process.
 * Safe to call many times at once. Throws UnparsableMail, and whatever `stage` throws.
 */
export abstract class MessageParser {
  abstract parse(source: MailSource, stage: StageAttachment): Promise<ParsedMail<StagedBlob>>;
  /** Ends threads; a later `parse` starts them again. */
  abstract close(): Promise<void>;
}
