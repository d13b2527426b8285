import { Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { BlobStore } from '../../files/index.js';
import type { AccessScope } from '../../queues/index.js';
import { CurrentConfig } from '../../../config/index.js';
import { Clock, Database, newId } from '../../../platform/index.js';
import { safeFilename, safeMediaType } from '../domain/file-names.js';
import { AttachmentStore } from '../store/attachment.store.js';

export interface UploadedFile {
  readonly id: string;
  readonly filename: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
}

/** Takes a file in bounded memory; it waits, visible to its uploader alone, for the message it goes with. */
@Injectable()
export class UploadAttachment {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: CurrentConfig,
    private readonly blobs: BlobStore,
    private readonly attachments: AttachmentStore,
  ) {}

  /** AppError `body_too_large` past `limits.attachmentBytes`; nothing stays behind then. */
  async run(
    scope: AccessScope,
    file: { stream: Readable; filename: string; mediaType: string },
  ): Promise<UploadedFile> {
    const staged = await this.blobs.stageStream(
      file.stream,
      this.config.get().limits.attachmentBytes,
    );
    const upload = {
      id: newId(),
      agentId: scope.actor.agentId,
      filename: safeFilename(file.filename),
      mediaType: safeMediaType(file.mediaType),
      sizeBytes: staged.sizeBytes,
      sha256: staged.sha256,
      now: this.clock.now(),
    };
    await this.database.inTransaction(async (tx) => {
      await this.blobs.record(tx, [staged]);
      await this.attachments.addUpload(tx, upload);
    });
    return {
      id: upload.id,
      filename: upload.filename,
      mediaType: upload.mediaType,
      sizeBytes: upload.sizeBytes,
    };
  }
}
