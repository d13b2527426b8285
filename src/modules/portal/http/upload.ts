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
import { from, lastValueFrom, type Observable } from 'rxjs';
import { CurrentConfig } from '../../../config/index.js';
import { Throttle } from '../../../platform/index.js';
import { countedAddress, multipartProblemOf, statusOf } from '../../../platform/http/index.js';
import { BlobStore, type StagedBlob } from '../../files/index.js';
import type { UploadedFile } from '../commands/customer-message.js';
import { FormFiles } from './form-files.js';

export const MAX_FILES = 5;
const MAX_FIELD_BYTES = 200_000;

const HOUR_MS = 3_600_000;
/** Forms sent back with errors count here too: each of them writes its files before it is looked at. */
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
      subject: countedAddress(request.ip),
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
 * body. Other bodies pass untouched. Too large or too many files: `body_too_large`. A form that is refused, while it is
 * read or afterwards, leaves none of its files behind.
 */
@Injectable()
export class UploadInterceptor implements NestInterceptor {
  constructor(
    private readonly blobs: BlobStore,
    private readonly config: CurrentConfig,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<Request>();
    if (typeof request.is('multipart/form-data') !== 'string') return next.handle();
    const response = context.switchToHttp().getResponse<Response>();
    const files = new FormFiles(this.blobs);
    try {
      await this.read(request, response, files);
    } catch (error) {
      await files.forget();
      throw error;
    }
    // multer makes objects without a prototype, which class-transformer takes for no object.
    request.body = { ...(request.body as Record<string, unknown>) };
    return from(this.answer(next, response, files));
  }

  private async answer(next: CallHandler, response: Response, files: FormFiles): Promise<unknown> {
    try {
      const answer: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      // Pages say themselves what is wrong with a form.
      if (response.statusCode >= 400) await files.forget();
      return answer;
    } catch (error) {
      // Behind a failure of ours the commit may still be under way: such files are left to the collector of garbage.
      if (statusOf(error) < 500) await files.forget();
      throw error;
    }
  }

  private read(request: Request, response: Response, files: FormFiles): Promise<void> {
    const maxBytes = this.config.get().limits.attachmentBytes;
    const parser = multer({
      storage: this.storage(maxBytes, files),
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
        else reject(multipartProblemOf(error));
      });
    });
  }

  private storage(maxBytes: number, files: FormFiles): multer.StorageEngine {
    return {
      _handleFile: (_request, file, done) => void this.stage(file.stream, maxBytes, files, done),
      // Forgotten all together where reading fails.
      _removeFile: (_request, _file, done) => done(null),
    };
  }

  private async stage(
    stream: Readable,
    maxBytes: number,
    files: FormFiles,
    done: (error?: unknown, info?: Partial<Express.Multer.File>) => void,
  ): Promise<void> {
    let info: Partial<Express.Multer.File> & WithBlob;
    try {
      const blob = await this.blobs.stageStream(stream, maxBytes);
      await files.add(blob);
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

/** The last part of a path, without control and invisible characters, at most 200 characters. */
export function safeName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const clean = last
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .trim()
    .slice(0, 200);
  return clean === '' || clean === '.' || clean === '..' ? 'arquivo' : clean;
}
