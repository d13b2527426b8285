import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Param,
  Post,
  Res,
  UseGuards,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { CurrentConfig } from '../../../config/index.js';
import {
  errorSummary,
  fieldError,
  html,
  pageDocument,
  RouteAccess,
  SameSiteGuard,
  type FieldError,
  type SafeHtml,
} from '../../../platform/http/index.js';
import { Feedback, type FeedbackRequest } from '../feedback.facade.js';
import { MAX_COMMENT_LENGTH } from './feedback.dto.js';

const SCORES: readonly (readonly [score: number, label: string])[] = [
  [5, 'Ótimo'],
  [4, 'Bom'],
  [3, 'Regular'],
  [2, 'Ruim'],
  [1, 'Péssimo'],
];

/** Customers' pages of D12: GET shows, POST records. No script, no cookie; the link is the whole proof. */
@ApiExcludeController()
@Controller('portal')
@RouteAccess('customer_link')
export class FeedbackPagesController {
  constructor(
    private readonly feedback: Feedback,
    private readonly config: CurrentConfig,
  ) {}

  @Get('feedback/:pageToken')
  @Header('Content-Type', 'text/html; charset=utf-8')
  async ask(@Param('pageToken') token: string): Promise<string> {
    return this.question(await this.feedback.look(token), [], null);
  }

  @Post('feedback/:pageToken')
  @HttpCode(200)
  @UseGuards(SameSiteGuard)
  @Header('Content-Type', 'text/html; charset=utf-8')
  async give(
    @Param('pageToken') token: string,
    @Body() body: Record<string, unknown> | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    const request = await this.feedback.look(token);
    const score = Number(body?.['score']);
    const comment = typeof body?.['comment'] === 'string' ? body['comment'].trim() : '';
    const errors: FieldError[] = [];
    if (!SCORES.some(([known]) => known === score))
      errors.push({ field: 'score', message: 'Escolha uma nota.' });
    if (comment.length > MAX_COMMENT_LENGTH) {
      errors.push({
        field: 'comment',
        message: `O comentário pode ter até ${MAX_COMMENT_LENGTH} caracteres.`,
      });
    }
    if (errors.length > 0) {
      response.status(422);
      return this.question(request, errors, comment);
    }
    await this.feedback.give(token, { score, comment });
    return this.page(
      'Obrigado!',
      html`<h1>Obrigado!</h1>
        <p>Registramos a sua avaliação do chamado ${request.protocol}.</p>
        <p><a href="?">Mudar a avaliação</a></p>`,
    );
  }

  @Get('unsubscribe/:pageToken')
  @Header('Content-Type', 'text/html; charset=utf-8')
  confirm(@Param('pageToken') token: string): string {
    this.feedback.checkUnsubscribe(token);
    return this.page(
      'Pedidos de avaliação',
      html`<h1>Não receber mais pedidos de avaliação</h1>
        <p>Você continua recebendo as respostas dos seus chamados.</p>
        <form method="post"><button type="submit">Não receber mais</button></form>`,
    );
  }

  /** Mail programs post here by themselves (RFC 8058), from wherever they are: no same-site check. */
  @Post('unsubscribe/:pageToken')
  @HttpCode(200)
  @Header('Content-Type', 'text/html; charset=utf-8')
  async unsubscribe(@Param('pageToken') token: string): Promise<string> {
    await this.feedback.unsubscribe(token);
    return this.page(
      'Pronto',
      html`<h1>Pronto</h1>
        <p>Você não receberá mais pedidos de avaliação.</p>`,
    );
  }

  private question(
    request: FeedbackRequest,
    errors: readonly FieldError[],
    typed: string | null,
  ): string {
    const { attributes, text } = fieldError(errors, 'comment');
    const scoreError = fieldError(errors, 'score');
    const title = `Como foi o atendimento do chamado ${request.protocol}?`;
    return this.page(
      errors.length > 0 ? `Erro: ${title}` : title,
      html`<h1>${title}</h1>
        ${errorSummary(errors)}
        <form method="post" novalidate>
          <fieldset id="score" tabindex="-1" ${scoreError.attributes}>
            <legend>Sua nota</legend>
            ${scoreError.text}
            ${SCORES.map(
              ([score, label]) =>
                html`<label class="choice"
                  ><input
                    type="radio"
                    name="score"
                    value="${score}"
                    required${request.given?.score === score ? html` checked` : html``}
                  />${score} – ${label}</label
                >`,
            )}
          </fieldset>
          <label for="comment">Comentário (opcional)</label>
          ${text}
          <textarea id="comment" name="comment" maxlength="${MAX_COMMENT_LENGTH}" ${attributes}>
${typed ?? request.given?.comment ?? ''}</textarea>
          <button type="submit">Enviar avaliação</button>
        </form>`,
    );
  }

  private page(title: string, body: SafeHtml): string {
    return pageDocument({ title, companyName: this.config.get().company.name, body });
  }
}
