import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../../config/index.js';
import type { AppError } from '../../../../platform/index.js';
import { ErrorPages, html, pageDocument } from '../../../../platform/http/index.js';

/** Errors on customers' pages: one sentence in pt-BR, the way on, and the id to quote. */
@Injectable()
export class PortalErrorPages extends ErrorPages {
  constructor(private readonly config: CurrentConfig) {
    super();
  }

  override readonly render = (error: AppError, correlationId: string | null): string => {
    const { company, portal } = this.config.get();
    return pageDocument({
      title: 'Não foi possível',
      companyName: company.name,
      body: html`<h1>Não foi possível</h1>
        <p>${error.detail}</p>
        ${portal.enabled ? html`<p><a href="/portal">Meus chamados</a> · <a href="/portal/new">Abrir um chamado</a></p>` : ''}
        <p class="hint">Código para o atendimento: ${correlationId ?? '–'}</p>`,
    });
  };
}
