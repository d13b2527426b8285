import {
  errorSummary,
  fieldError,
  html,
  type FieldError,
  type SafeHtml,
} from '../../../../platform/http/index.js';
import type { PortalMessage, PortalTicket } from '../../store/portal.store.js';
import { STATUS_LABELS } from '../views.js';

/** Asks for the address to send a link to. */
export function accessPage(errors: readonly FieldError[], email: string): SafeHtml {
  const error = fieldError(errors, 'email');
  return html`<h1>Meus chamados</h1>
    ${errorSummary(errors)}
    <p>Informe o seu e-mail e enviaremos um link para você ver os seus chamados.</p>
    <form method="post" action="/portal/access" novalidate>
      <label for="email">Seu e-mail</label>
      ${error.text}
      <input
        id="email"
        name="email"
        type="email"
        autocomplete="email"
        required
        maxlength="254"
        value="${email}"
        ${error.attributes}
      />
      <button type="submit">Enviar o link</button>
    </form>
    <p><a href="/portal/new">Abrir um chamado</a></p>`;
}

export function linkSentPage(): SafeHtml {
  return html`<h1>Confira o seu e-mail</h1>
    <p>
      Se houver chamados com este endereço, o link chega em instantes. Veja também a caixa de spam.
    </p>`;
}

export function listPage(
  tickets: readonly PortalTicket[],
  token: string,
  next: string | null,
  zone: string,
  narrow: boolean,
): SafeHtml {
  const query = `token=${encodeURIComponent(token)}`;
  return html`<h1>Meus chamados</h1>
    ${
      tickets.length === 0
        ? html`<p>Não há chamados.</p>`
        : html`<table>
            <thead>
              <tr>
                <th scope="col">ID</th>
                <th scope="col">Assunto</th>
                <th scope="col">Solicitante</th>
                <th scope="col">Criado</th>
                <th scope="col">Última atividade</th>
                <th scope="col">Status</th>
              </tr>
            </thead>
            <tbody>
              ${tickets.map(
                (ticket) =>
                  html`<tr>
                    <td>
                      <a href="/portal/ticket/${ticket.protocol}?${query}">${ticket.protocol}</a>
                    </td>
                    <td>${ticket.subject}</td>
                    <td>${ticket.requester}</td>
                    <td>${time(ticket.createdAt, zone)}</td>
                    <td>${time(ticket.lastActivityAt, zone)}</td>
                    <td>${STATUS_LABELS[ticket.status]}</td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
    ${next === null ? '' : html`<p><a href="/portal?${query}&amp;cursor=${encodeURIComponent(next)}">Mais antigos</a></p>`}
    ${
      narrow
        ? html`<p class="hint">
            Por sigilo, este link pode não mostrar todos os seus chamados.
            <a href="/portal">Peça um link que mostra todos</a>.
          </p>`
        : ''
    }
    <p><a href="/portal/new?${query}">Abrir um chamado</a></p>`;
}

export interface TicketPage {
  readonly ticket: PortalTicket;
  readonly messages: readonly PortalMessage[];
  readonly token: string;
  readonly zone: string;
  readonly errors: readonly FieldError[];
  readonly typed: string;
}

export function ticketPage(page: TicketPage): SafeHtml {
  const { ticket, messages, zone } = page;
  return html`<h1>Chamado ${ticket.protocol}: ${ticket.subject}</h1>
    ${errorSummary(page.errors)}
    <p>${STATUS_LABELS[ticket.status]} · criado em ${time(ticket.createdAt, zone)}</p>
    ${messages.map(
      (message) =>
        html`<article class="message">
          <h2>
            ${message.from === 'agent' ? (message.author === '' ? 'Atendimento' : message.author) : 'Você'}
            · ${time(message.createdAt, zone)}
          </h2>
          <p class="text">${message.text}</p>
          ${
            message.attachments.length === 0
              ? ''
              : html`<p class="hint">
                  Anexos: ${message.attachments.map(({ filename }) => filename).join(', ')}
                </p>`
          }
        </article>`,
    )}
    ${
      ticket.status === 'resolved'
        ? html`<p>
            Este chamado foi resolvido.
            <a href="/portal/new?token=${encodeURIComponent(page.token)}">Abrir um novo chamado</a>
          </p>`
        : commentForm(page)
    }
    <p><a href="/portal?token=${encodeURIComponent(page.token)}">Meus chamados</a></p>`;
}

function commentForm({ ticket, token, errors, typed }: TicketPage): SafeHtml {
  const error = fieldError(errors, 'text');
  return html`<form
    method="post"
    action="/portal/ticket/${ticket.protocol}"
    enctype="multipart/form-data"
    novalidate
  >
    <input type="hidden" name="token" value="${token}" />
    <label for="text">Seu comentário</label>
    ${error.text}
    <textarea id="text" name="text" required maxlength="20000" ${error.attributes}>
${typed}</textarea>
    <label for="attachments">Anexos (opcional)</label>
    <input id="attachments" name="attachments" type="file" multiple />
    <button type="submit">Enviar comentário</button>
  </form>`;
}

function time(instant: Date, zone: string): SafeHtml {
  const words = new Intl.DateTimeFormat('pt-BR', {
    dateStyle: 'short',
    timeStyle: 'short',
    timeZone: zone,
  }).format(instant);
  return html`<time datetime="${instant.toISOString()}">${words}</time>`;
}
