import { Controller, Get, Param, Post, Req, Res, StreamableFile } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { BlobStore, FileScans } from '../../files/index.js';
import { CurrentScope, type AccessScope } from '../../queues/index.js';
import { AppError, Clock } from '../../../platform/index.js';
import { NumericIdPipe, RouteAccess, UuidPipe } from '../../../platform/http/index.js';
import { UploadAttachment } from '../commands/upload-attachment.js';
import { attachmentDisposition, servedMediaType } from '../domain/file-names.js';
import { ConversationStore } from '../store/conversation.store.js';
import { AttachmentDto } from './message.dto.js';
import { receiveFiles } from './receive-files.js';

/** Files and originals. Whatever a browser makes of them, it runs nothing, frames nothing and guesses no type. */
@ApiTags('files')
@Controller()
export class FilesController {
  constructor(
    private readonly upload: UploadAttachment,
    private readonly conversation: ConversationStore,
    private readonly blobs: BlobStore,
    private readonly scans: FileScans,
    private readonly clock: Clock,
  ) {}

  @Post('attachments')
  @RouteAccess('agent')
  @ApiOperation({ summary: 'Upload a file (multipart, one part); name its id in a reply or note' })
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: {
      type: 'object',
      required: ['file'],
      properties: { file: { type: 'string', format: 'binary' } },
    },
  })
  @ApiCreatedResponse({ type: AttachmentDto })
  async receive(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
    @CurrentScope() scope: AccessScope,
  ): Promise<AttachmentDto> {
    const [file] = await receiveFiles(request, response, (part) => this.upload.run(scope, part));
    if (file === undefined) {
      throw new AppError('validation_failed', {
        fields: [{ path: 'file', reason: 'must be a file in a multipart/form-data body' }],
      });
    }
    return { ...file };
  }

  @Get('attachments/:id')
  @RouteAccess('agent')
  @ApiOperation({ summary: 'A file of a ticket that you may see, or your own upload' })
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async attachment(
    @Param('id', UuidPipe) id: string,
    @Res({ passthrough: true }) response: Response,
    @CurrentScope() scope: AccessScope,
  ): Promise<StreamableFile> {
    const file = await this.conversation.readableAttachment(scope, id);
    if (file === null) throw new AppError('not_found');
    return this.serve(response, file);
  }

  @Get('messages/:id/raw')
  @RouteAccess('agent')
  @ApiOperation({ summary: 'The original as it came (RFC 5322)' })
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async raw(
    @Param('id', NumericIdPipe) id: string,
    @Res({ passthrough: true }) response: Response,
    @CurrentScope() scope: AccessScope,
  ): Promise<StreamableFile> {
    const raw = await this.conversation.readableRaw(scope, id);
    if (raw === null) throw new AppError('not_found');
    await this.conversation.noteOpened(scope.actor.agentId, id, this.clock.now());
    const filename = `chamado-${raw.ticketId}-${id}.eml`;
    return this.serve(response, { ...raw, filename, mediaType: 'message/rfc822' });
  }

  private async serve(
    response: Response,
    file: { sha256: Buffer; filename: string; mediaType: string; sizeBytes: string },
  ): Promise<StreamableFile> {
    const caution = await this.scans.caution(file.sha256);
    if (caution?.held === true) {
      throw new AppError('file_held', { detail: caution.text, detailEn: caution.textEn });
    }
    const stream = await this.blobs.open(file.sha256);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Content-Security-Policy', "sandbox; default-src 'none'");
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    response.setHeader('Cache-Control', 'private, no-store');
    return new StreamableFile(stream, {
      type: servedMediaType(file.mediaType),
      disposition: attachmentDisposition(file.filename),
      length: Number(file.sizeBytes),
    });
  }
}
