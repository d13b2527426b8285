import {
  Body,
  Controller,
  Get,
  Header,
  Post,
  Query,
  Req,
  Res,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { CurrentConfig } from '../../../config/index.js';
import { AppError, Clock } from '../../../platform/index.js';
import {
  pageDocument,
  RouteAccess,
  SameSiteGuard,
  type FieldError,
} from '../../../platform/http/index.js';
import { Sla } from '../../sla/index.js';
import { OpenFormTicket } from '../commands/open-form-ticket.js';
import { PortalForm } from '../form.js';
import { checkForm, typedText } from './pages/check-form.js';
import { formPage, sentPage, type FormValues } from './pages/form-page.js';
import { FormTicketDto, TokenQuery } from './portal.dto.js';
import { FormThrottleGuard, UploadInterceptor, uploadedFiles } from './upload.js';
import { Visitors } from './visitor.js';

/** `/portal/new`: the form of D2 for people, without JavaScript. */
@ApiExcludeController()
@Controller('portal/new')
@RouteAccess('public')
export class FormPagesController {
  constructor(
    private readonly opening: OpenFormTicket,
    private readonly form: PortalForm,
    private readonly visitors: Visitors,
    private readonly config: CurrentConfig,
    private readonly sla: Sla,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  show(@Query() query: TokenQuery, @Req() request: Request): string {
    this.form.checkEnabled();
    const visit = this.visitors.optional(request, query.token);
    const values = { name: '', email: visit?.address ?? '', reason: '', details: '' };
    return this.page(values, [], visit === null ? null : (query.token ?? null));
  }

  @Post()
  @UseGuards(SameSiteGuard, FormThrottleGuard)
  @UseInterceptors(UploadInterceptor)
  @Header('Content-Type', 'text/html; charset=utf-8')
  async send(
    @Body() body: Record<string, unknown> | undefined,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    this.form.checkEnabled();
    const token = typedText(body, 'token');
    const { dto, errors } = await checkForm(FormTicketDto, body);
    const found = [...errors];
    if (errors.length === 0) {
      try {
        return await this.open(dto, request, token);
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'validation_failed') throw error;
        found.push(
          ...error.fields.map(({ path }) => ({
            field: path,
            message: SENTENCES[path] ?? 'Confira este campo.',
          })),
        );
      }
    }
    response.status(422);
    const values = {
      name: typedText(body, 'name'),
      email: typedText(body, 'email'),
      reason: typedText(body, 'reason'),
      details: typedText(body, 'details'),
    };
    return this.page(values, found, token === '' ? null : token);
  }

  private async open(dto: FormTicketDto, request: Request, token: string): Promise<string> {
    const proven = this.visitors.optional(request, token);
    await this.visitors.countForm(request, dto.email);
    const ticket = await this.opening.run({
      name: dto.name,
      email: dto.email,
      reason: dto.reason,
      details: dto.details,
      files: uploadedFiles(request),
      confirmed: proven?.address === dto.email.toLowerCase(),
      suspected: (dto.website ?? '') !== '',
      receivedAt: this.clock.now(),
    });
    const promise =
      ticket.dueAt === null ? null : this.sla.promiseInWords(ticket.dueAt, ticket.zone);
    return pageDocument({
      title: 'Recebemos o seu chamado',
      companyName: this.config.get().company.name,
      body: sentPage({ protocol: ticket.protocol, promise, email: dto.email }),
    });
  }

  private page(values: FormValues, errors: readonly FieldError[], token: string | null): string {
    const { company, limits } = this.config.get();
    return pageDocument({
      title: errors.length > 0 ? 'Erro: Abrir um chamado' : 'Abrir um chamado',
      companyName: company.name,
      body: formPage({
        values,
        errors,
        reasons: this.form.reasons(),
        redirects: this.form.redirects(),
        maxMegabytes: Math.floor(limits.attachmentBytes / 1_048_576),
        notices: this.form.notices(this.clock.now()),
        token,
      }),
    });
  }
}

const SENTENCES: Readonly<Record<string, string>> = {
  reason: 'Escolha o motivo de contato.',
  email: 'Este endereço é nosso. Informe o seu próprio e-mail.',
};
