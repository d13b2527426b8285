import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Param,
  Post,
  Query,
  Req,
  Res,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { AppError, Clock } from '../../../platform/index.js';
import {
  countedAddress,
  NumericIdPipe,
  RouteAccess,
  SameSiteGuard,
  type FieldError,
} from '../../../platform/http/index.js';
import { Comment } from '../commands/comment.js';
import { SendPortalLink } from '../commands/send-portal-link.js';
import { PortalPages } from './pages/portal-pages.js';
import { checkForm, typedText } from './pages/check-form.js';
import { CommentDto, LinkRequestDto, PortalListQuery, TokenQuery } from './portal.dto.js';
import { FormThrottleGuard, UploadInterceptor, uploadedFiles } from './upload.js';
import { Visitors } from './visitor.js';

/** Meus chamados for people (D8): the link in the mail opens the list, and nothing acts on GET. */
@ApiExcludeController()
@Controller('portal')
export class TicketPagesController {
  constructor(
    private readonly pages: PortalPages,
    private readonly comments: Comment,
    private readonly links: SendPortalLink,
    private readonly visitors: Visitors,
    private readonly clock: Clock,
  ) {}

  @Get()
  @RouteAccess('public')
  @Header('Content-Type', 'text/html; charset=utf-8')
  async list(@Query() query: PortalListQuery, @Req() request: Request): Promise<string> {
    const visit = this.visitors.optional(request, query.token);
    if (visit === null) return this.pages.access([], '');
    return this.pages.list(visit, query.token ?? '', query.cursor, query.limit);
  }

  @Post('access')
  @HttpCode(200)
  @RouteAccess('public')
  @UseGuards(SameSiteGuard)
  @Header('Content-Type', 'text/html; charset=utf-8')
  async askForLink(
    @Body() body: Record<string, unknown> | undefined,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    const { dto, errors } = await checkForm(LinkRequestDto, body);
    if (errors.length > 0) {
      response.status(422);
      return this.pages.access(errors, typedText(body, 'email'));
    }
    await this.links.run({
      email: dto.email,
      fromAddress: countedAddress(request.ip),
      now: this.clock.now(),
    });
    return this.pages.linkSent();
  }

  @Get('ticket/:pageProtocol')
  @RouteAccess('customer_link')
  @Header('Content-Type', 'text/html; charset=utf-8')
  async detail(
    @Param('pageProtocol', NumericIdPipe) protocol: string,
    @Query() query: TokenQuery,
    @Req() request: Request,
  ): Promise<string> {
    const visit = this.visitors.required(request, query.token);
    return this.pages.ticket({
      visit,
      protocol,
      token: query.token ?? '',
      errors: [],
      typed: '',
    });
  }

  @Post('ticket/:pageProtocol')
  @HttpCode(200)
  @RouteAccess('customer_link')
  @UseGuards(SameSiteGuard, FormThrottleGuard)
  @UseInterceptors(UploadInterceptor)
  @Header('Content-Type', 'text/html; charset=utf-8')
  async comment(
    @Param('pageProtocol', NumericIdPipe) protocol: string,
    @Body() body: Record<string, unknown> | undefined,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    const token = typedText(body, 'token');
    const visit = this.visitors.required(request, token);
    const { dto, errors } = await checkForm(CommentDto, body);
    let shown: readonly FieldError[] = errors;
    if (errors.length === 0) {
      try {
        await this.visitors.countForm(request, visit.address);
        const files = uploadedFiles(request);
        await this.comments.run({
          visit,
          protocol,
          text: dto.text,
          files,
          receivedAt: this.clock.now(),
        });
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'invalid_transition') throw error;
        shown = [{ field: 'text', message: error.detail }];
      }
    }
    if (shown.length > 0) response.status(errors.length > 0 ? 422 : 409);
    const typed = shown.length > 0 ? typedText(body, 'text') : '';
    return this.pages.ticket({ visit, protocol, token, errors: shown, typed });
  }
}
