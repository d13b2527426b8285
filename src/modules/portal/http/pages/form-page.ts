import {
  errorSummary,
  fieldError,
  html,
  type FieldError,
  type SafeHtml,
} from '../../../../platform/http/index.js';
import type { ReasonChoice } from '../../form.js';
import { MAX_FILES } from '../upload.js';

export interface FormValues {
  readonly name: string;
  readonly email: string;
  readonly reason: string;
  readonly details: string;
}

export interface FormPage {
  readonly values: FormValues;
  readonly errors: readonly FieldError[];
  readonly reasons: readonly ReasonChoice[];
  readonly redirects: readonly { readonly label: string; readonly text: string }[];
  readonly maxMegabytes: number;
  /** What customers are told for a while (D16). */
  readonly notices: readonly string[];
  /** Keeps a proven address proven. */
  readonly token: string | null;
}

/** The form of D2: every field with its label, errors above and at the fields, the robots' field out of sight. */
export function formPage(page: FormPage): SafeHtml {
  const { values, errors } = page;
  return html`<h1>Abrir um chamado</h1>
    ${page.notices.map((text) => html`<p role="note"><strong>${text}</strong></p>`)}
    ${errorSummary(errors)}
    <form method="post" action="/portal/new" enctype="multipart/form-data" novalidate>
      ${textField({ id: 'name', label: 'Seu nome', type: 'text', autocomplete: 'name', maxLength: 120, value: values.name, errors })}
      ${textField({
        id: 'email',
        label: 'Seu e-mail',
        hint: 'A resposta chega neste endereço.',
        type: 'email',
        autocomplete: 'email',
        maxLength: 254,
        value: values.email,
        errors,
      })}
      ${reasonField(page)} ${detailsField(values.details, errors)}
      <label for="attachments">Anexos (opcional)</label>
      <p class="hint" id="attachments-dica">
        Até ${MAX_FILES} arquivos de até ${page.maxMegabytes}
        MB.${errors.length > 0 ? ' Escolha os arquivos de novo.' : ''}
      </p>
      <input
        id="attachments"
        name="attachments"
        type="file"
        multiple
        aria-describedby="attachments-dica"
      />
      <div class="away" aria-hidden="true">
        <label for="website">Não preencha</label>
        <input id="website" name="website" type="text" tabindex="-1" autocomplete="off" />
      </div>
      ${page.token === null ? '' : html`<input type="hidden" name="token" value="${page.token}" />`}
      <button type="submit">Enviar</button>
    </form>
    ${
      page.redirects.length === 0
        ? ''
        : html`<h2>Outros assuntos</h2>
            <ul>
              ${page.redirects.map(({ label, text }) => html`<li><strong>${label}:</strong> ${text}</li>`)}
            </ul>`
    }`;
}

interface TextField {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly type: 'text' | 'email';
  readonly autocomplete: string;
  readonly maxLength: number;
  readonly value: string;
  readonly errors: readonly FieldError[];
}

function textField(field: TextField): SafeHtml {
  const error = fieldError(field.errors, field.id);
  return html`<label for="${field.id}">${field.label}</label>
    ${field.hint === undefined ? '' : html`<p class="hint">${field.hint}</p>`} ${error.text}
    <input
      id="${field.id}"
      name="${field.id}"
      type="${field.type}"
      autocomplete="${field.autocomplete}"
      required
      maxlength="${field.maxLength}"
      value="${field.value}"
      ${error.attributes}
    />`;
}

function reasonField({ values, errors, reasons }: FormPage): SafeHtml {
  const error = fieldError(errors, 'reason');
  return html`<label for="reason">Motivo de contato</label>
    ${error.text}
    <select id="reason" name="reason" required${error.attributes}>
      <option value="">Escolha</option>
      ${reasons.map(
        ({ key, label }) =>
          html`<option value="${key}" ${key === values.reason ? html` selected` : ''}>
            ${label}
          </option>`,
      )}
    </select>`;
}

function detailsField(value: string, errors: readonly FieldError[]): SafeHtml {
  const error = fieldError(errors, 'details');
  return html`<label for="details">Detalhes</label>
    <p class="hint">Conte o que aconteceu, onde e quando. É o que mais nos ajuda a ajudar.</p>
    ${error.text}
    <textarea id="details" name="details" required maxlength="20000" ${error.attributes}>
${value}</textarea>`;
}

/** After sending: the protocol, and what happens next. */
export function sentPage(sent: {
  readonly protocol: string;
  readonly promise: string | null;
  readonly email: string;
}): SafeHtml {
  return html`<h1>Recebemos o seu chamado</h1>
    <p>O seu protocolo é</p>
    <p class="protocol">${sent.protocol}</p>
    ${sent.promise === null ? '' : html`<p>Você terá um retorno até ${sent.promise}.</p>`}
    <p>A resposta chega em ${sent.email}. Enviamos uma confirmação para lá agora.</p>`;
}
