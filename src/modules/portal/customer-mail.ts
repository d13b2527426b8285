import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../config/index.js';
import { SignedLinks, type Tx } from '../../platform/index.js';
import { Outbound } from '../outbound-mail/index.js';
import { Sla } from '../sla/index.js';
import { Templates } from '../templates/index.js';
import { portalSubject, type PortalVisit } from '../tickets/index.js';

const DAY_MS = 86_400_000;
/**
 * A link that somebody asked for opens all of her tickets, those of private queues among them: it may come back quoted
 * in a mail that others read (D20), and another one is a click away.
 */
const ASKED_FOR_DAYS = 1;

/**
 * The two automatic mails of the portal. Neither holds a word of what was typed, nor a name (D2): whoever types
 * another person's address must not be able to make us write to her.
 */
@Injectable()
export class CustomerMail {
  constructor(
    private readonly outbound: Outbound,
    private readonly templates: Templates,
    private readonly links: SignedLinks,
    private readonly config: CurrentConfig,
    private readonly sla: Sla,
  ) {}

  /** Tells the address that a form was sent with it: protocol, promised date, and a link that only its owner gets. */
  async confirm(
    tx: Tx,
    ticket: {
      ticketId: string;
      queueKey: string;
      mailboxKey: string;
      address: string;
      dueAt: Date | null;
      zone: string;
      now: Date;
    },
  ): Promise<void> {
    const content = await this.templates.render('form-confirmation', {
      protocol: ticket.ticketId,
      promisedDate:
        ticket.dueAt === null ? null : this.sla.promiseInWords(ticket.dueAt, ticket.zone),
      portalUrl: this.portalUrl(
        { address: ticket.address, privateQueues: this.privateOf(ticket.queueKey) },
        this.config.get().portal.linkDays,
      ),
    });
    await this.outbound.enqueue(tx, {
      ...automatic(ticket),
      kind: 'form_confirmation',
      ticketId: ticket.ticketId,
      dedupeKey: `form_confirmation:${ticket.ticketId}`,
      content,
    });
  }

  /** The link to Meus chamados (D8). */
  async sendLink(
    tx: Tx,
    input: { address: string; mailboxKey: string; zone: string; now: Date },
  ): Promise<void> {
    const until = new Date(input.now.getTime() + ASKED_FOR_DAYS * DAY_MS);
    const content = await this.templates.render('portal-link', {
      portalUrl: this.portalUrl({ address: input.address, privateQueues: null }, ASKED_FOR_DAYS),
      validUntil: new Intl.DateTimeFormat('pt-BR', {
        dateStyle: 'long',
        timeStyle: 'short',
        timeZone: input.zone,
      }).format(until),
    });
    await this.outbound.enqueue(tx, {
      ...automatic(input),
      kind: 'notice',
      ticketId: null,
      dedupeKey: null,
      content,
    });
  }

  private portalUrl(visit: PortalVisit, days: number): string {
    return this.links.url('portal', portalSubject(visit), days);
  }

  private privateOf(queueKey: string): string[] {
    return this.config.get().queues[queueKey]?.private === true ? [queueKey] : [];
  }
}

function automatic(to: { mailboxKey: string; address: string; now: Date }) {
  return {
    mailboxKey: to.mailboxKey,
    automatic: true,
    ticketMessageId: null,
    to: [{ address: to.address, name: '' }],
    cc: [],
    references: [],
    attachments: [],
    now: to.now,
  } as const;
}
