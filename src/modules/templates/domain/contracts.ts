/**
 * What each template may use: the one table behind the types of `Templates.render`, the check at start and the
 * preview. A variable that can be absent is `nullable`: the template has to guard it with `{% if %}`.
 * Automatic mail never quotes the customer's text (D23): no contract of an automatic template holds a customer's
 * subject or body, so that none can.
 */

/**
 * - `text`: one line or several, escaped in HTML.
 * - `name`: a display name somebody else chose: loses URLs and is cut at 60 characters before it is shown.
 * - `url`: http(s), shown as it is.
 * - `html`: already sanitised markup; the only kind that is not escaped.
 * - `boolean`, `list` (of objects with text fields).
 */
export type VariableKind = 'text' | 'name' | 'url' | 'html' | 'boolean' | 'list';

export interface VariableContract {
  readonly kind: VariableKind;
  readonly nullable: boolean;
  /** For the preview and for the trial rendering at start. */
  readonly sample: unknown;
  readonly meaning: string;
  /** The fields of each item of a `list`. */
  readonly fields?: readonly string[];
}

const text = <Sample extends string>(sample: Sample, meaning: string) =>
  ({ kind: 'text', nullable: false, sample, meaning }) as const;
const name = (sample: string, meaning: string) =>
  ({ kind: 'name', nullable: false, sample, meaning }) as const;
const url = (sample: string, meaning: string) =>
  ({ kind: 'url', nullable: false, sample, meaning }) as const;
const html = (sample: string, meaning: string) =>
  ({ kind: 'html', nullable: false, sample, meaning }) as const;
const flag = (sample: boolean, meaning: string) =>
  ({ kind: 'boolean', nullable: false, sample, meaning }) as const;
const list = <Field extends string>(
  fields: readonly Field[],
  sample: readonly Readonly<Record<Field, string>>[],
  meaning: string,
) => ({ kind: 'list', nullable: false, fields, sample, meaning }) as const;
const orNull = <Contract extends { readonly nullable: false }>(contract: Contract) =>
  ({ ...contract, nullable: true }) as Omit<Contract, 'nullable'> & { readonly nullable: true };

/** Filled in by `Templates` itself from the configuration; every template may use them. */
export const COMMON_VARIABLES = {
  companyName: text('Empresa Exemplo', "The company's name (company.name)"),
  helpCenterUrl: orNull(url('https://ajuda.exemplo.com.br', 'Help centre (company.helpCenterUrl)')),
} as const;

const requesterName = orNull(name('Ana Souza', 'Name of the person who asked'));
const protocol = text('1000123', "The ticket's protocol number");
const portalUrl = orNull(
  url('https://suporte.exemplo.com.br/portal/t/abc', 'Signed link to the ticket in the portal'),
);
const promisedDate = text(
  'quarta-feira, 25 de novembro de 2026, até as 18h',
  'The promised date in words (D15)',
);

/** What every message that opens a chamado tells (D7). */
const opening = {
  requesterName,
  protocol,
  reasonLabel: orNull(text('Domínios', 'Contact reason; null while "a classificar"')),
  insideServiceHours: flag(false, 'Whether the message arrived in service hours (D16, D18)'),
  serviceHours: orNull(
    text('em dias úteis, das 9h às 18h', 'Service hours in words, after "nosso time atende "'),
  ),
  notices: list(
    ['text'],
    [{ text: 'Fecharemos dia 24 às 12h.' }],
    'What customers are told for a while (calendars.…notices, D16); may be empty',
  ),
  asksAccessEmail: flag(true, 'Ask for the access e-mail: unknown and not asked before (D7)'),
  asksSupportId: flag(true, 'Ask for the support ID: unknown and not asked before (D7)'),
  asksForLink: flag(false, 'The message was over the size limit: ask for a link (D27)'),
  twins: list(
    ['protocol', 'queueName'],
    [{ protocol: '1000124', queueName: 'Financeiro' }],
    'The chamados that the same message opened in other queues (D25); may be empty',
  ),
  portalUrl,
} as const;

/** What a person wrote, as a mail of its own. */
const answer = {
  protocol,
  subject: text('Não consigo publicar meu site', "The ticket's subject"),
  isReply: flag(true, 'Whether this mail answers one; false for the first mail of a conversation'),
  body: text('Olá, Ana!\n\nSeu domínio já está publicado.', 'What the agent wrote, plain text'),
  bodyHtml: orNull(
    html(
      '<p>Olá, Ana!</p><p>Seu domínio já está <b>publicado</b>.</p>',
      'What the agent wrote, sanitised HTML; null where she wrote plain text',
    ),
  ),
  agentName: orNull(text('Bruno Lima', "The agent's name")),
  signature: orNull(text('Time de Suporte', "The mailbox's signature, plain text")),
  portalUrl,
} as const;

const deadline = {
  protocol,
  queueName: text('Suporte', "The ticket's queue"),
  deadlineKind: text(
    'retorno',
    'Which clock: "retorno", "resolução", "meta interna de retorno" or "meta interna de resolução"',
  ),
  dueAt: text('25/11/2026 às 18:00', 'The due instant in words'),
  assigneeName: orNull(text('Bruno Lima', 'Who holds the ticket')),
  ticketUrl: orNull(
    url('https://suporte.exemplo.com.br/chamados/1000123', 'The ticket for agents'),
  ),
} as const;

const digestLines = list(
  ['protocol', 'queueName', 'dueAt', 'url'],
  [
    {
      protocol: '1000123',
      queueName: 'Suporte',
      dueAt: '25/11/2026 às 18:00',
      url: 'https://suporte.exemplo.com.br/api/v1/tickets/1000123',
    },
  ],
  'Tickets, the most urgent first; `dueAt` can be empty',
);

export const CONTRACTS = {
  /** D7: a chamado was opened, the promised date lies ahead. */
  acknowledgement: { ...opening, promisedDate },
  /** D15: the message is older than a day or its date has passed: the real date if it lies ahead, none otherwise. */
  'acknowledgement-late': {
    ...opening,
    promisedDate: orNull(promisedDate),
    receivedOn: text('segunda-feira, 16 de novembro', 'The day on which the message reached us'),
    previousProtocol: orNull(
      text('1000042', 'The resolved chamado that this one continues; null for a new one (D9)'),
    ),
  },
  /** D7: beyond five an hour, one summary. */
  'acknowledgement-summary': {
    requesterName,
    protocols: list(
      ['protocol', 'promisedDate'],
      [
        { protocol: '1000128', promisedDate: promisedDate.sample },
        { protocol: '1000129', promisedDate: promisedDate.sample },
      ],
      'The chamados opened since the last acknowledgement; promisedDate may be empty',
    ),
    portalUrl,
  },
  reply: answer,
  /** D11: handed to a second team, with the date. */
  escalation: {
    requesterName,
    protocol,
    targetName: text('time de produto', 'The second team, after "direcionado ao "'),
    promisedDate,
    portalUrl,
  },
  /** D9: a message on a resolved chamado opened a follow-up. */
  'follow-up-opened': {
    ...opening,
    promisedDate: orNull(promisedDate),
    previousProtocol: text('1000042', 'The resolved chamado that this one continues'),
  },
  /** D12: the resolving message itself asks for feedback. `body` is null where it is resolved without a text. */
  resolved: {
    ...answer,
    body: orNull(answer.body),
    feedbackUrl: orNull(
      url('https://suporte.exemplo.com.br/portal/feedback/abc', 'Signed link to the feedback page'),
    ),
    unsubscribeUrl: orNull(
      url(
        'https://suporte.exemplo.com.br/portal/feedback/abc/unsubscribe',
        'No more such questions',
      ),
    ),
  },
  /** D5: another channel is the right one. */
  'wrong-channel': {
    requesterName,
    protocol,
    reasonLabel: text('Comercial', 'The redirecting reason'),
    redirectText: text(
      'Fale com o time comercial pelo telefone 0800 000 0000.',
      "The reason's redirectText from the configuration",
    ),
  },
  /** To an unconfirmed address: a fixed text, nothing of what was typed, no name. */
  'form-confirmation': {
    protocol,
    promisedDate: orNull(promisedDate),
    portalUrl,
  },
  'portal-link': {
    portalUrl: url('https://suporte.exemplo.com.br/portal/l/abc', 'Signed link to Meus chamados'),
    validUntil: orNull(text('3 de fevereiro de 2027', 'The last day on which the link works')),
  },
  /** D9: we answered and wait for the customer; the chamado will be closed, and how to keep it open. */
  'customer-reminder': {
    requesterName,
    protocol,
    answeredOn: text('segunda-feira, 16 de novembro', 'The day of our answer, after "de "'),
    answerBy: text(
      'quarta-feira, 25 de novembro de 2026, até as 18h',
      'Until when the chamado stays open without an answer, in words',
    ),
  },
  /** D9: it was closed because no answer came. D12: no question for feedback. */
  'closed-no-response': { requesterName, protocol },
  /** D19, to agents. */
  'notice-warning': deadline,
  'notice-breach': deadline,
  /** To the agent whom automatic assignment gave a chamado. */
  'notice-assigned': {
    protocol,
    queueName: text('Suporte', "The ticket's queue"),
    ticketUrl: deadline.ticketUrl,
  },
  /** D18, to an agent at the opening of a business day: protocols, queues and dates, never what customers wrote. */
  digest: {
    agentName: name('Bruno Lima', 'To whom'),
    day: text('25/11/2026', 'The day'),
    overdue: digestLines,
    overdueTotal: text('1', 'How many deadlines have passed; the list holds the first 20'),
    dueToday: digestLines,
    dueTodayTotal: text('1', 'How many are due today; the list holds the first 20'),
    unanswered: digestLines,
    unansweredTotal: text(
      '1',
      'How many nobody has taken and answered; the list holds the first 20',
    ),
    queues: list(
      ['name', 'open', 'awaitingCustomer', 'overdue', 'dueToday', 'unassigned'],
      [
        {
          name: 'Suporte',
          open: '12',
          awaitingCustomer: '7',
          overdue: '1',
          dueToday: '3',
          unassigned: '4',
        },
      ],
      'Totals of the queues that the agent supervises; may be empty',
    ),
  },
} as const satisfies Record<string, Readonly<Record<string, VariableContract>>>;

/** Mail that customers (and, `notice-*`, agents) read: `templates/<name>.{subject,text,html}.liquid`. */
export type TemplateName = keyof typeof CONTRACTS;

export const TEMPLATE_NAMES = Object.keys(CONTRACTS) as TemplateName[];

type ValueOf<Contract> = Contract extends { kind: 'boolean' }
  ? boolean
  : Contract extends { kind: 'list'; fields: readonly (infer Field extends string)[] }
    ? readonly Readonly<Record<Field, string>>[]
    : string;

/** Exactly the variables of one template; a nullable one may be null, and is null where it is left out. */
export type TemplateData<Name extends TemplateName> = {
  readonly [
    Key in keyof (typeof CONTRACTS)[Name] as (typeof CONTRACTS)[Name][Key] extends {
      nullable: false;
    }
      ? Key
      : never
  ]: ValueOf<(typeof CONTRACTS)[Name][Key]>;
} & {
  readonly [
    Key in keyof (typeof CONTRACTS)[Name] as (typeof CONTRACTS)[Name][Key] extends {
      nullable: true;
    }
      ? Key
      : never
  ]?: ValueOf<(typeof CONTRACTS)[Name][Key]> | null;
};

/** All variables that a template may use: its own and the common ones. */
export function contractOf(template: TemplateName): Readonly<Record<string, VariableContract>> {
  return { ...COMMON_VARIABLES, ...CONTRACTS[template] };
}

/** The variables of the shared HTML layout. */
export const LAYOUT_CONTRACT = {
  ...COMMON_VARIABLES,
  subject: text('Recebemos o seu chamado', 'The rendered subject'),
  content: html('<p>Conteúdo</p>', "The rendered template's HTML"),
} as const satisfies Readonly<Record<string, VariableContract>>;

/**
 * Sample values: `full` has everything, `bare` has null for everything that may be null, false for every flag and
 * empty lists, so that a missing guard shows at start and not in a customer's mailbox.
 */
export function sampleData(
  contract: Readonly<Record<string, VariableContract>>,
  which: 'full' | 'bare',
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(contract).map(([key, variable]) => {
      if (which === 'full') return [key, variable.sample];
      if (variable.nullable) return [key, null];
      if (variable.kind === 'boolean') return [key, false];
      return [key, variable.kind === 'list' ? [] : variable.sample];
    }),
  );
}
