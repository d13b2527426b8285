import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../../config/index.js';
import { AppError } from '../../../../platform/index.js';
import { pageDocument, type FieldError, type SafeHtml } from '../../../../platform/http/index.js';
import type { PortalVisit } from '../../../tickets/index.js';
import { PortalForm } from '../../form.js';
import { PortalStore } from '../../store/portal.store.js';
import { readPage } from '../read-page.js';
import { accessPage, linkSentPage, listPage, ticketPage } from './ticket-pages.js';

/** Puts Meus chamados together: what the store says, in the company's frame. */
@Injectable()
export class PortalPages {
  constructor(
    private readonly store: PortalStore,
    private readonly form: PortalForm,
    private readonly config: CurrentConfig,
  ) {}

  access(errors: readonly FieldError[], email: string): string {
    return this.page('Meus chamados', accessPage(errors, email), errors);
  }

  linkSent(): string {
    return this.page('Confira o seu e-mail', linkSentPage());
  }

  async list(
    visit: PortalVisit,
    token: string,
    cursor: string | undefined,
    limit: number,
  ): Promise<string> {
    const { items, nextCursor } = await readPage(this.store, visit, cursor, limit);
    return this.page(
      'Meus chamados',
      listPage(items, token, nextCursor, this.zone(), visit.privateQueues !== null),
    );
  }

  async ticket(at: {
    readonly visit: PortalVisit;
    readonly protocol: string;
    readonly token: string;
    readonly errors: readonly FieldError[];
    readonly typed: string;
  }): Promise<string> {
    const ticket = await this.store.ticketOf(at.visit, at.protocol);
    if (ticket === null) throw new AppError('not_found');
    const messages = await this.store.messagesOf(at.protocol);
    const { token, errors, typed } = at;
    return this.page(
      `Chamado ${ticket.protocol}`,
      ticketPage({ ticket, messages, token, zone: this.zone(), errors, typed }),
      errors,
    );
  }

  private zone(): string {
    return this.form.zoneOf(this.config.get().portal.mailbox ?? '');
  }

  private page(title: string, body: SafeHtml, errors: readonly FieldError[] = []): string {
    this.form.checkEnabled();
    return pageDocument({
      title: errors.length > 0 ? `Erro: ${title}` : title,
      companyName: this.config.get().company.name,
      body,
    });
  }
}
