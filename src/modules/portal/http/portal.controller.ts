import {
  Body,
  Controller,
  Get,
  HttpCode,
  Param,
  Post,
  Query,
  Req,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiConsumes,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { Request } from 'express';
import { AppError, Clock } from '../../../platform/index.js';
import {
  countedAddress,
  NumericIdPipe,
  pageOf,
  RouteAccess,
  type Page,
} from '../../../platform/http/index.js';
import { Comment } from '../commands/comment.js';
import { OpenFormTicket } from '../commands/open-form-ticket.js';
import { SendPortalLink } from '../commands/send-portal-link.js';
import { PortalForm } from '../form.js';
import { PortalStore } from '../store/portal.store.js';
import {
  CommentDto,
  CommentedDto,
  FormTicketAnswerDto,
  FormTicketDto,
  LinkRequestDto,
  PortalListQuery,
  PortalTicketDetailDto,
  PortalTicketDto,
  ReasonChoicesDto,
  TokenQuery,
} from './portal.dto.js';
import { readPage } from './read-page.js';
import { FormThrottleGuard, UploadInterceptor, uploadedFiles } from './upload.js';
import { messageView, ticketView } from './views.js';
import { Visitors } from './visitor.js';

@ApiTags('portal')
@Controller('portal')
export class PortalController {
  constructor(
    private readonly opening: OpenFormTicket,
    private readonly form: PortalForm,
    private readonly visitors: Visitors,
    private readonly clock: Clock,
  ) {}

  @Get('reasons')
  @RouteAccess('public')
  @ApiOperation({ summary: 'Contact reasons that the form offers' })
  @ApiOkResponse({ type: ReasonChoicesDto })
  reasons(): ReasonChoicesDto {
    this.form.checkEnabled();
    return { items: this.form.reasons(), nextCursor: null };
  }

  @Post('tickets')
  @RouteAccess('public')
  @UseGuards(FormThrottleGuard)
  @UseInterceptors(UploadInterceptor)
  @ApiConsumes('application/json', 'multipart/form-data')
  @ApiOperation({ summary: 'D2: the form; files as `attachments` in multipart' })
  @ApiCreatedResponse({ type: FormTicketAnswerDto })
  async open(
    @Body() body: FormTicketDto,
    @Query() query: TokenQuery,
    @Req() request: Request,
  ): Promise<FormTicketAnswerDto> {
    this.form.checkEnabled();
    const proven = this.visitors.optional(request, query.token);
    await this.visitors.countForm(request, body.email);
    const ticket = await this.opening.run({
      ...body,
      files: uploadedFiles(request),
      confirmed: proven?.address === body.email.toLowerCase(),
      suspected: (body.website ?? '') !== '',
      receivedAt: this.clock.now(),
    });
    return {
      protocol: ticket.protocol,
      createdAt: ticket.createdAt.toISOString(),
      dueAt: ticket.dueAt?.toISOString() ?? null,
    };
  }
}

@ApiTags('portal')
@Controller('portal')
export class PortalTicketsController {
  constructor(
    private readonly comments: Comment,
    private readonly links: SendPortalLink,
    private readonly store: PortalStore,
    private readonly form: PortalForm,
    private readonly visitors: Visitors,
    private readonly clock: Clock,
  ) {}

  @Post('links')
  @HttpCode(202)
  @RouteAccess('public')
  @ApiOperation({
    summary: 'D8: asks for a link to Meus chamados; the answer is the same for every address',
  })
  @ApiAcceptedResponse()
  async link(
    @Body() body: LinkRequestDto,
    @Req() request: Request,
  ): Promise<Record<string, never>> {
    this.form.checkEnabled();
    await this.links.run({
      email: body.email,
      fromAddress: countedAddress(request.ip),
      now: this.clock.now(),
    });
    return {};
  }

  @Get('tickets')
  @RouteAccess('customer_link')
  @ApiOperation({ summary: 'D8: Meus chamados, newest activity first' })
  @pageOf(PortalTicketDto)
  async list(
    @Query() query: PortalListQuery,
    @Req() request: Request,
  ): Promise<Page<PortalTicketDto>> {
    this.form.checkEnabled();
    const visit = this.visitors.required(request, query.token);
    const { items, nextCursor } = await readPage(this.store, visit, query.cursor, query.limit);
    return { items: items.map(ticketView), nextCursor };
  }

  @Get('tickets/:protocol')
  @RouteAccess('customer_link')
  @ApiOperation({ summary: 'One of my tickets with its conversation' })
  @ApiOkResponse({ type: PortalTicketDetailDto })
  async detail(
    @Param('protocol', NumericIdPipe) protocol: string,
    @Query() query: TokenQuery,
    @Req() request: Request,
  ): Promise<PortalTicketDetailDto> {
    this.form.checkEnabled();
    const ticket = await this.store.ticketOf(
      this.visitors.required(request, query.token),
      protocol,
    );
    if (ticket === null) throw new AppError('not_found');
    const messages = await this.store.messagesOf(protocol);
    return {
      ...ticketView(ticket),
      canComment: ticket.status !== 'resolved',
      messages: messages.map(messageView),
    };
  }

  @Post('tickets/:protocol/comments')
  @RouteAccess('customer_link')
  @UseGuards(FormThrottleGuard)
  @UseInterceptors(UploadInterceptor)
  @ApiConsumes('application/json', 'multipart/form-data')
  @ApiOperation({ summary: 'D8, D10: a comment, while the ticket is not resolved' })
  @ApiCreatedResponse({ type: CommentedDto })
  async comment(
    @Param('protocol', NumericIdPipe) protocol: string,
    @Body() body: CommentDto,
    @Query() query: TokenQuery,
    @Req() request: Request,
  ): Promise<CommentedDto> {
    this.form.checkEnabled();
    const visit = this.visitors.required(request, query.token);
    await this.visitors.countForm(request, visit.address);
    const files = uploadedFiles(request);
    return this.comments.run({
      visit,
      protocol,
      text: body.text,
      files,
      receivedAt: this.clock.now(),
    });
  }
}
