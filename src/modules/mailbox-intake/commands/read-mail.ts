import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import { BlobStore, type StagedBlob } from '../../files/index.js';
import { anonymousFingerprint } from '../domain/fingerprint.js';
import type { ParsedMail } from '../domain/parsed-mail.js';
import { MessageParser, UnparsableMail } from '../parser/message-parser.js';
import type { IntakeWork } from '../store/intake-work.store.js';

/** Parses a recorded message and makes its attachments durable; touches no table. Throws UnparsableMail. */
@Injectable()
export class ReadMail {
  constructor(
    private readonly parser: MessageParser,
    private readonly blobs: BlobStore,
    private readonly config: CurrentConfig,
  ) {}

  async run(
    work: Pick<IntakeWork, 'content' | 'sha256' | 'sizeBytes' | 'receivedAt' | 'fetchError'>,
  ): Promise<ParsedMail<StagedBlob>> {
    const { sha256 } = work;
    if (sha256 === null) {
      const why = work.fetchError ?? 'The server did not deliver the message';
      throw new UnparsableMail('failed', why);
    }
    // Decoding never makes a part larger than the message; the margin is for charsets.
    const maxBytes = 2 * Math.max(work.sizeBytes, this.config.get().limits.messageBytes);
    const mail = await this.parser.parse(
      work.content !== null
        ? { kind: 'bytes', raw: work.content }
        : { kind: 'stream', sizeBytes: work.sizeBytes, open: () => this.blobs.open(sha256) },
      (content) => this.blobs.stageStream(content, maxBytes),
    );
    const { receivedAt } = work;
    return { ...mail, fingerprint: anonymousFingerprint(mail, { sha256, receivedAt }) };
  }
}
