import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import { BlobStore, type StagedBlob } from '../../files/index.js';
import { VerifySender } from '../authentication/verify-sender.js';
import type { Authentication } from '../domain/authentication.js';
import { anonymousFingerprint } from '../domain/fingerprint.js';
import type { ParsedMail } from '../domain/parsed-mail.js';
import { MessageParser, UnparsableMail } from '../parser/message-parser.js';
import type { IntakeWork } from '../store/intake-work.store.js';

/** What was read of a message, and, where we looked ourselves, who sent it. */
export interface ReadResult {
  readonly mail: ParsedMail<StagedBlob>;
  readonly verified: Authentication | null;
}

/**
 * Parses a recorded message, makes its attachments durable and verifies its sender where that is asked for; touches no
 * table. Throws UnparsableMail.
 */
@Injectable()
export class ReadMail {
  constructor(
    private readonly parser: MessageParser,
    private readonly blobs: BlobStore,
    private readonly config: CurrentConfig,
    private readonly sender: VerifySender,
  ) {}

  async run(work: IntakeWork): Promise<ReadResult> {
    const mail = await this.parse(work);
    return { mail, verified: await this.sender.run(work, mail) };
  }

  private async parse(work: IntakeWork): Promise<ParsedMail<StagedBlob>> {
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
