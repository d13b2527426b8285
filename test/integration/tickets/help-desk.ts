import type { Response } from 'supertest';
import type { ReasonDecision } from '../../../src/modules/contact-reasons/index.js';
import { outboundFailed, outboundSent } from '../../../src/modules/outbound-mail/index.js';
import {
  Tickets,
  type CustomerMessage,
  type OpenedTicket,
  type OpenTicket,
} from '../../../src/modules/tickets/index.js';
import { EventBus } from '../../../src/platform/index.js';
import { Factories } from '../../support/factories.js';
import { httpApp, type HttpApp, type TestAgent } from '../../support/http-app.js';

export const DESK_YAML = `
company:
  name: Empresa Teste
  domains: [empresa.example]
  supportIdPattern: 'ID-\\d{4,}'
http:
  publicUrl: http://127.0.0.1:3000
  cookies: { secure: false }
queues:
  suporte: { name: Suporte }
  financeiro: { name: Financeiro, private: true }
  produto: { name: Produto }
  analistas: { name: Analistas }
reasons:
  dominios: { label: Domínios, queue: suporte }
  financeiro: { label: Financeiro, queue: financeiro }
  comercial: { label: Comercial, queue: suporte, action: redirect, redirectText: 'Fale com o comercial pelo 0800.' }
deadlines:
  return: { businessDays: 3 }
  resolution: { businessDays: 6 }
  byQueue:
    analistas: { resolution: { businessDays: 3 } }
mailboxes:
  suporte:
    address: suporte@empresa.example
    queue: suporte
    redirectAutomatically: true
    imap: { host: 127.0.0.1, port: 1, tls: none, user: suporte, password: '\${IMAP_PASSWORD}' }
    smtp: { host: 127.0.0.1, port: 1, tls: none, user: suporte, password: '\${IMAP_PASSWORD}' }
  financeiro:
    address: financeiro@empresa.example
    queue: financeiro
    fixedReason: financeiro
    imap: { host: 127.0.0.1, port: 1, tls: none, user: financeiro, password: '\${IMAP_PASSWORD}' }
    smtp: { host: 127.0.0.1, port: 1, tls: none, user: financeiro, password: '\${IMAP_PASSWORD}' }
`;

/** An answer of the API as a spec reads it: any path may be asked for, and a wrong one is undefined. */
// oxlint-disable-next-line typescript/no-explicit-any -- specs assert on the shape; types would only repeat it
export type Json = Record<string, any>;

export const NO_REASON: ReasonDecision = {
  key: null,
  decidedBy: 'none',
  confidence: 0,
  evidence: {},
};

export interface OutboxRow extends Record<string, unknown> {
  readonly id: string;
  readonly kind: string;
  readonly mailboxKey: string;
  readonly automatic: boolean;
  readonly subject: string;
  readonly text: string;
  readonly to: string;
  readonly recipients: { address: string; role: string }[];
  readonly messageId: string;
  readonly ticketId: string;
  readonly ticketMessageId: string | null;
  readonly references: string[];
  readonly headers: Record<string, string>;
  readonly state: string;
}

/** The whole application with its desk of agents; nothing is really sent: `accepted` says what SMTP would. */
export class HelpDesk {
  private counter = 0;
  readonly make: Factories;

  private constructor(
    readonly http: HttpApp,
    readonly ana: TestAgent,
    readonly fabio: TestAgent,
    readonly admin: TestAgent,
  ) {
    this.make = new Factories(http.database);
  }

  static async open(yaml = DESK_YAML): Promise<HelpDesk> {
    const http = await httpApp(yaml);
    return new HelpDesk(
      http,
      await http.agent({ email: 'ana@empresa.example', queues: ['suporte'] }),
      await http.agent({ email: 'fabio@empresa.example', queues: ['financeiro'] }),
      await http.agent({ email: 'admin@empresa.example', role: 'admin' }),
    );
  }

  get tickets(): Tickets {
    return this.http.app.get(Tickets, { strict: false });
  }

  get now(): Date {
    return this.http.clock.now();
  }

  close(): Promise<void> {
    return this.http.close();
  }

  /** A message from outside; every call another Message-ID. */
  mail(
    about: Partial<CustomerMessage> & { address?: string; name?: string } = {},
  ): CustomerMessage {
    this.counter += 1;
    const { address, name, ...rest } = about;
    const text = rest.text ?? 'Bom dia, não consigo publicar minha página.';
    return {
      intakeId: null,
      from: {
        address: address ?? `cliente${this.counter}@cliente.example`,
        name: name ?? 'Bia Lima',
      },
      replyTo: null,
      to: [{ address: 'suporte@empresa.example', name: '' }],
      cc: [],
      subject: 'Página fora do ar',
      text,
      html: null,
      visibleText: text,
      messageId: `m${this.counter}@cliente.example`,
      references: [],
      attachments: [],
      receivedAt: this.now,
      ...rest,
    };
  }

  open(about: Partial<OpenTicket> & { mail?: CustomerMessage } = {}): Promise<OpenedTicket> {
    const { mail, ...rest } = about;
    return this.http.database.inTransaction((tx) =>
      this.tickets.open(tx, {
        message: mail ?? this.mail(),
        channel: 'email',
        mailboxKey: 'suporte',
        queueKey: 'suporte',
        reason: NO_REASON,
        lane: 'inbox',
        marks: [],
        fromPerson: true,
        acknowledge: true,
        followUpOf: null,
        twins: [],
        ...rest,
      }),
    );
  }

  /** A finance ticket from the finance mailbox (private). */
  openFinance(about: Partial<OpenTicket> & { mail?: CustomerMessage } = {}): Promise<OpenedTicket> {
    return this.open({
      mailboxKey: 'financeiro',
      queueKey: 'financeiro',
      reason: { key: 'financeiro', decidedBy: 'mailbox', confidence: 1, evidence: {} },
      ...about,
    });
  }

  write(
    ticketId: string,
    message: CustomerMessage,
    reopen = false,
  ): Promise<{ messageId: string }> {
    return this.http.database.inTransaction((tx) =>
      this.tickets.addCustomerMessage(tx, { ticketId, message, reopen }),
    );
  }

  call(
    agent: TestAgent,
    method: 'get' | 'post' | 'patch' | 'delete',
    path: string,
    body?: object,
  ): Promise<Response> {
    const api = this.http.api();
    const request = api[method](`/api/v1${path}`).set('Authorization', `Bearer ${agent.token}`);
    return body === undefined ? request.then((r) => r) : request.send(body).then((r) => r);
  }

  async ticket(protocol: string, agent = this.ana): Promise<Json> {
    return (await this.call(agent, 'get', `/tickets/${protocol}`)).body as Json;
  }

  async messages(protocol: string, agent = this.ana): Promise<Json[]> {
    const { body } = await this.call(agent, 'get', `/tickets/${protocol}/messages`);
    return (body as { items: Json[] }).items;
  }

  async clocks(protocol: string, agent = this.ana): Promise<Json[]> {
    const { body } = await this.call(agent, 'get', `/tickets/${protocol}/deadlines`);
    return (body as { items: Json[] }).items;
  }

  outbox(ticketId: string): Promise<OutboxRow[]> {
    return this.http.database.query<OutboxRow>(
      `select id, kind, mailbox_key as "mailboxKey", automatic, subject, body_text as text, primary_recipient as "to",
              recipients, message_id as "messageId", ticket_id as "ticketId", ticket_message_id as "ticketMessageId",
              reference_ids as "references", headers, state from outbox where ticket_id = $1 order by id`,
      [ticketId],
    );
  }

  async history(ticketId: string): Promise<string[]> {
    const rows = await this.http.database.query<{ action: string }>(
      `select action from ticket_history where ticket_id = $1 order by id`,
      [ticketId],
    );
    return rows.map((row) => row.action);
  }

  /** SMTP accepts the newest mail of this ticket, and the news reaches the tickets module. */
  async accepted(ticketId: string, at = this.now): Promise<OutboxRow> {
    const mail = (await this.outbox(ticketId)).at(-1)!;
    await this.http.database.inTransaction(async (tx) => {
      await tx.execute(`update outbox set state = 'sent', sent_at = $2 where id = $1`, [
        mail.id,
        at,
      ]);
      await this.http.app.get(EventBus, { strict: false }).publish(tx, outboundSent, {
        outboxId: mail.id,
        kind: mail.kind as 'reply',
        ticketId,
        ticketMessageId: mail.ticketMessageId,
        acceptedAt: at.toISOString(),
      });
    });
    await this.http.drain();
    return mail;
  }

  async failed(
    mail: OutboxRow,
    state: 'failed' | 'returned' | 'unknown' | 'partly_failed',
    at = this.now,
  ): Promise<void> {
    await this.http.database.inTransaction((tx) =>
      this.http.app.get(EventBus, { strict: false }).publish(tx, outboundFailed, {
        outboxId: mail.id,
        kind: mail.kind as 'reply',
        ticketId: mail.ticketId,
        ticketMessageId: mail.ticketMessageId,
        state,
        reason: '550 5.1.1 usuário desconhecido',
        at: at.toISOString(),
      }),
    );
    await this.http.drain();
  }

  /** An agent's reply that SMTP accepts. */
  async answer(
    ticketId: string,
    then: 'open' | 'awaiting_customer' | 'resolved' = 'awaiting_customer',
    agent = this.ana,
  ): Promise<OutboxRow> {
    const { status, body } = await this.call(agent, 'post', `/tickets/${ticketId}/replies`, {
      text: 'Pronto, pode testar?',
      then,
    });
    if (status !== 201) throw new Error(`reply: ${status} ${JSON.stringify(body)}`);
    return this.accepted(ticketId);
  }
}
