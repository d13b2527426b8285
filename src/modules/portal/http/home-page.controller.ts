import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { CurrentConfig } from '../../../config/index.js';
import { html, pageDocument, RouteAccess } from '../../../platform/http/index.js';

/** `/`: where to go from here, for whoever opens the address that `npm start` prints. */
@ApiExcludeController()
@Controller()
export class HomePageController {
  constructor(private readonly config: CurrentConfig) {}

  @Get()
  @RouteAccess('public')
  @Header('Content-Type', 'text/html; charset=utf-8')
  show(): string {
    const { company, portal } = this.config.get();
    return pageDocument({
      title: 'Atendimento',
      companyName: company.name,
      body: html`<h1>Atendimento ${company.name}</h1>
        ${
          portal.enabled
            ? html`<ul>
                <li><a href="/portal/new">Abrir um chamado</a></li>
                <li><a href="/portal">Meus chamados</a></li>
              </ul>`
            : ''
        }
        <p class="hint">
          Para atendentes: a API está em <code>/api/v1</code>, documentada em
          <a href="/api/docs">/api/docs</a>.
        </p>`,
    });
  }
}
