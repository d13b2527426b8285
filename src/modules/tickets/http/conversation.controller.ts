import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiPropertyOptional,
  ApiTags,
} from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import { FileScans, type FileCaution, type ScanState } from '../../files/index.js';
import { CurrentScope, type AccessScope } from '../../queues/index.js';
import { Database } from '../../../platform/index.js';
import {
  decodeCursor,
  encodeCursor,
  Expected,
  MAX_PAGE_SIZE,
  NumericIdPipe,
  Optional,
  pageOf,
  PageQuery,
  RouteAccess,
  type ExpectedVersion,
  type Page,
} from '../../../platform/http/index.js';
import { AddNote } from '../commands/add-note.js';
import { DecideMessage } from '../commands/decide-message.js';
import { ForwardMessage } from '../commands/forward-message.js';
import { ReplyToTicket } from '../commands/reply-to-ticket.js';
import { ConversationStore } from '../store/conversation.store.js';
import { requireReadable } from '../store/ticket-access.js';
import { MessageDto, presentMessage, ReplyDto } from './message.dto.js';
import { ForwardInput, NoteInput, ReplyInput } from './requests.dto.js';
import { TicketReader } from './ticket-reader.js';
import { TicketDto } from './ticket.dto.js';

/** A conversation is read as a whole: its pages are as large as pages may be. */
export class ConversationQuery extends PageQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_PAGE_SIZE,
    default: MAX_PAGE_SIZE,
  })
  @Optional()
  @Transform(({ value }) =>
    typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value,
  )
  @IsInt()
  @Min(1)
  @Max(MAX_PAGE_SIZE)
  override limit: number = MAX_PAGE_SIZE;

  @ApiPropertyOptional({
    enum: ['blocked', 'shown'],
    default: 'blocked',
    description:
      'Whether images in HTML may load from elsewhere, which tells their sender that they are seen',
  })
  @Optional()
  @IsIn(['blocked', 'shown'])
  remoteImages: 'blocked' | 'shown' = 'blocked';
}

@ApiTags('tickets')
@Controller('tickets/:protocol/messages')
export class MessagesController {
  constructor(
    private readonly database: Database,
    private readonly conversation: ConversationStore,
    private readonly decide: DecideMessage,
    private readonly reader: TicketReader,
    private readonly scans: FileScans,
  ) {}

  @Get()
  @RouteAccess('agent')
  @ApiOperation({ summary: 'The conversation, oldest first, with what became of our mail' })
  @pageOf(MessageDto)
  async list(
    @Param('protocol', NumericIdPipe) protocol: string,
    @Query() query: ConversationQuery,
    @CurrentScope() scope: AccessScope,
  ): Promise<Page<MessageDto>> {
    await requireReadable(this.database, scope, protocol);
    const [at, id] = query.cursor === undefined ? [] : decodeCursor(query.cursor, 2);
    const after = at == null || id == null ? null : { createdAt: String(at), id: String(id) };
    const [rows, restricted] = await Promise.all([
      this.conversation.page(protocol, after, query.limit + 1),
      this.conversation.linkedOutOfSight(scope, protocol),
    ]);
    const { remoteImages } = query;
    const shown = { remoteImages, restricted, cautionOf: cautionBy(this.scans) };
    const items = rows.slice(0, query.limit);
    const last = items.at(-1);
    return {
      items: items.map((row) => presentMessage(row, shown)),
      nextCursor:
        rows.length > query.limit && last !== undefined
          ? encodeCursor([last.createdAt.toISOString(), last.id])
          : null,
    };
  }

  @Post(':id/accept')
  @HttpCode(200)
  @RouteAccess('agent')
  @ApiOperation({ summary: 'D26: a waiting stranger takes part from now on' })
  @ApiOkResponse({ type: TicketDto })
  async accept(
    @Param('protocol', NumericIdPipe) protocol: string,
    @Param('id', NumericIdPipe) id: string,
    @CurrentScope() scope: AccessScope,
  ): Promise<TicketDto> {
    await this.decide.accept(scope, protocol, id);
    return this.reader.detail(scope, protocol);
  }

  @Post(':id/reject')
  @HttpCode(200)
  @RouteAccess('agent')
  @ApiOperation({ summary: 'D26: the waiting message does not belong here' })
  @ApiOkResponse({ type: TicketDto })
  async reject(
    @Param('protocol', NumericIdPipe) protocol: string,
    @Param('id', NumericIdPipe) id: string,
    @CurrentScope() scope: AccessScope,
  ): Promise<TicketDto> {
    await this.decide.reject(scope, protocol, id);
    return this.reader.detail(scope, protocol);
  }
}

@ApiTags('tickets')
@Controller('tickets/:protocol')
export class WritingController {
  constructor(
    private readonly replies: ReplyToTicket,
    private readonly notes: AddNote,
    private readonly forwards: ForwardMessage,
    private readonly conversation: ConversationStore,
    private readonly scans: FileScans,
  ) {}

  @Post('replies')
  @RouteAccess('agent')
  @ApiOperation({ summary: 'D9: answer the customer; `then` takes effect when SMTP accepts it' })
  @ApiCreatedResponse({ type: ReplyDto })
  async reply(
    @Param('protocol', NumericIdPipe) protocol: string,
    @Body() body: ReplyInput,
    @Expected() expected: ExpectedVersion,
    @CurrentScope() scope: AccessScope,
  ): Promise<ReplyDto> {
    const { version: _, ...written } = body;
    const result = await this.replies.run(scope, protocol, { ...written, expected });
    return {
      ...(await this.message(result)),
      warnings: result.warnings.map((warning) => ({ ...warning })),
    };
  }

  @Post('notes')
  @RouteAccess('agent')
  @ApiOperation({ summary: 'An internal note' })
  @ApiCreatedResponse({ type: MessageDto })
  async note(
    @Param('protocol', NumericIdPipe) protocol: string,
    @Body() body: NoteInput,
    @Expected() expected: ExpectedVersion,
    @CurrentScope() scope: AccessScope,
  ): Promise<MessageDto> {
    const { version: _, ...written } = body;
    return this.message(await this.notes.run(scope, protocol, { ...written, expected }));
  }

  @Post('forwards')
  @RouteAccess('agent')
  @ApiOperation({ summary: 'A side conversation with an outsider' })
  @ApiCreatedResponse({ type: MessageDto })
  async forward(
    @Param('protocol', NumericIdPipe) protocol: string,
    @Body() body: ForwardInput,
    @Expected() expected: ExpectedVersion,
    @CurrentScope() scope: AccessScope,
  ): Promise<MessageDto> {
    const { version: _, sideConversation = null, ...written } = body;
    const request = { ...written, sideConversation, expected };
    return this.message(await this.forwards.run(scope, protocol, request));
  }

  private async message(written: { ticketId: string; messageId: string }): Promise<MessageDto> {
    const row = (await this.conversation.one(written.ticketId, written.messageId))!;
    return presentMessage(row, { cautionOf: cautionBy(this.scans) });
  }
}

const cautionBy =
  (scans: FileScans): ((scan: ScanState | null) => FileCaution | null) =>
  (scan) =>
    scans.cautionOf(scan);
