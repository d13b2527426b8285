import {
  Injectable,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import multer from 'multer';
import type { Readable } from 'node:stream';
import type { Observable } from 'rxjs';
import { CurrentConfig } from '../../../config/index.js';
import { Throttle } from '../../../platform/index.js';
import { appErrorOf } from '../../../platform/http/index.js';
import { BlobStore, type StagedBlob } from '../../files/index.js';
import type { UploadedFile } from '../commands/customer-message.js';

export const MAX_FILES = 5;
const MAX_FIELD_BYTES = 200_000;

const HOUR_MS = 3_600_000;
/** Forms sent back with errors count here too, so that nobody fills the disk with files of forms that never pass. */
const TRIES_PER_SUBMISSION = 5;

/** Counts posts of a machine before any byte of a file is read; AppError `too_many_requests`. */
@Injectable()
export class FormThrottleGuard implements CanActivate {
  constructor(
    private readonly throttle: Throttle,
    private readonly config: CurrentConfig,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    await this.throttle.hit({
      name: 'form.tries',
      subject: request.ip ?? 'unknown',
      limit: this.config.get().limits.formSubmissionsPerHour * TRIES_PER_SUBMISSION,
      windowMs: HOUR_MS,
    });
    return true;
  }
}

interface WithBlob {
  blob?: StagedBlob;
}

/**
 * Reads a multipart form: files stream into the blob store (bounded memory, durable before the row), fields go to the
 * body. Other bodies pass untouched. Too large or too many files: `body_too_large`.
 */
@Injectable()
export class UploadInterceptor implements NestInterceptor {
  constructor(
    private readonly blobs: BlobStore,
    private readonly config: CurrentConfig,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<Request>();
    if (request.is('multipart/form-data') !== false && request.is('multipart/form-data') !== null) {
      await this.read(request, context.switchToHttp().getResponse<Response>());
      // multer makes objects without a prototype, which class-transformer takes for no object.
      request.body = { ...(request.body as Record<string, unknown>) };
    }
    return next.handle();
  }

  private read(request: Request, response: Response): Promise<void> {
    const maxBytes = this.config.get().limits.attachmentBytes;
    const parser = multer({
      storage: this.storage(maxBytes),
      limits: {
        files: MAX_FILES,
        fields: 20,
        fieldSize: MAX_FIELD_BYTES,
        fileSize: maxBytes,
        parts: MAX_FILES + 20,
      },
      defParamCharset: 'utf8',
    }).array('attachments', MAX_FILES);
    return new Promise((resolve, reject) => {
      parser(request, response, (error: unknown) => {
        if (error === undefined || error === null) resolve();
        else reject(appErrorOf(error));
      });
    });
  }

  private storage(maxBytes: number): multer.StorageEngine {
    return {
      _handleFile: (_request, file, done) => void this.stage(file.stream, maxBytes, done),
      // Staged bytes that no row names are cleared by the blob store's own housekeeping.
      _removeFile: (_request, _file, done) => done(null),
    };
  }

  private async stage(
    stream: Readable,
    maxBytes: number,
    done: (error?: unknown, info?: Partial<Express.Multer.File>) => void,
  ): Promise<void> {
    let info: Partial<Express.Multer.File> & WithBlob;
    try {
      const blob = await this.blobs.stageStream(stream, maxBytes);
      info = { blob, size: blob.sizeBytes };
    } catch (error) {
      done(error);
      return;
    }
    done(null, info);
  }
}

/** The files that `UploadInterceptor` read. A file field left empty in a browser counts as none. */
export function uploadedFiles(request: Request): UploadedFile[] {
  const files = (request.files ?? []) as (Express.Multer.File & WithBlob)[];
  return files.flatMap((file) =>
    file.blob === undefined || (file.originalname === '' && file.blob.sizeBytes === 0)
      ? []
      : [{ filename: safeName(file.originalname), mediaType: file.mimetype, blob: file.blob }],
  );
}

/** The last part of a path, without control characters, at most 200 characters. */
export function safeName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const clean = last
    .replace(/\p{Cc}/gu, '')
    .trim()
    .slice(0, 200);
  return clean === '' || clean === '.' || clean === '..' ? 'arquivo' : clean;
}
