/** Text that is HTML already; everything else is escaped when it goes into a template. */
export class SafeHtml {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

export type HtmlValue =
  SafeHtml | string | number | null | undefined | false | readonly HtmlValue[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}

/** html`<p>${text}</p>`: values are escaped, lists joined, null and false empty. Attributes need quotes around them. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): SafeHtml {
  return new SafeHtml(
    strings.reduce((text, part, index) => text + written(values[index - 1]) + part),
  );
}

function written(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof SafeHtml) return value.text;
  if (Array.isArray(value)) return value.map(written).join('');
  return escapeHtml(String(value));
}

const STYLE = `
:root{color-scheme:light}
body{margin:0;background:#f4f5f7;color:#1b1f24;font:1rem/1.5 system-ui,sans-serif}
header,main,footer{max-width:40rem;margin:0 auto;padding:1rem}
header{font-weight:600}
main{background:#fff;border:1px solid #d0d5dc;border-radius:.5rem;padding:1.5rem}
h1{font-size:1.5rem;margin:0 0 1rem}
h2{font-size:1.15rem;margin:1.5rem 0 .5rem}
label,legend{display:block;font-weight:600;margin:1rem 0 .25rem}
input,select,textarea{box-sizing:border-box;width:100%;font:inherit;padding:.5rem;border:1px solid #5c6570;border-radius:.25rem;background:#fff;color:inherit}
input[type=radio]{width:auto;margin-right:.5rem}
textarea{min-height:10rem}
.choice{font-weight:400;margin:.25rem 0}
fieldset{border:0;padding:0;margin:0}
button{font:inherit;font-weight:600;margin-top:1.5rem;padding:.6rem 1.5rem;border:0;border-radius:.25rem;background:#1d4ed8;color:#fff;cursor:pointer}
a{color:#1d4ed8}
:focus-visible{outline:3px solid #b45309;outline-offset:2px}
.hint{color:#4b5563;margin:0 0 .25rem}
.error{color:#b42318;font-weight:600;margin:.25rem 0}
[aria-invalid=true]{border:2px solid #b42318}
.summary{border:2px solid #b42318;border-radius:.25rem;padding:.5rem 1rem;margin-bottom:1rem}
.protocol{font-size:1.5rem;font-weight:700}
.message{border-left:4px solid #d0d5dc;padding-left:1rem;margin:1rem 0;overflow-wrap:anywhere}
.text{white-space:pre-wrap}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.4rem .5rem .4rem 0;border-bottom:1px solid #d0d5dc}
.away{position:absolute;left:-10000px;width:1px;height:1px;overflow:hidden}
footer{color:#4b5563;font-size:.9rem}
`;

export interface PageContent {
  /** Without the company's name; an error comes first, so that a screen reader says it at once. */
  readonly title: string;
  readonly companyName: string;
  readonly body: SafeHtml;
}

/** A whole page in pt-BR: no script, one style, landmarks, a heading; nothing is fetched from elsewhere. */
export function pageDocument(page: PageContent): string {
  return html`<!doctype html>
    <html lang="pt-BR">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${page.title} – ${page.companyName}</title>
        <style>
          ${new SafeHtml(STYLE)}
        </style>
      </head>
      <body>
        <header>${page.companyName}</header>
        <main>${page.body}</main>
        <footer>Atendimento ${page.companyName}</footer>
      </body>
    </html> `.text;
}

/** An error of one form field as a page shows it. */
export interface FieldError {
  /** The id of the field. */
  readonly field: string;
  /** One pt-BR sentence. */
  readonly message: string;
}

/** The list at the top of a form: each entry leads to its field (WCAG 3.3.1). Empty where there is nothing wrong. */
export function errorSummary(errors: readonly FieldError[]): SafeHtml {
  if (errors.length === 0) return html``;
  return html`<div class="summary" role="alert" tabindex="-1" id="erros">
    <h2>Confira ${errors.length === 1 ? 'este campo' : 'estes campos'}</h2>
    <ul>
      ${errors.map((error) => html`<li><a href="#${error.field}">${error.message}</a></li>`)}
    </ul>
  </div>`;
}

/** What ties a field to its error: `aria-invalid`, `aria-describedby`, and the sentence itself above the field. */
export function fieldError(
  errors: readonly FieldError[],
  field: string,
): { attributes: SafeHtml; text: SafeHtml } {
  const error = errors.find((candidate) => candidate.field === field);
  if (error === undefined) return { attributes: html``, text: html`` };
  return {
    attributes: html` aria-invalid="true" aria-describedby="${field}-erro"`,
    text: html`<p class="error" id="${field}-erro">${error.message}</p>`,
  };
}
