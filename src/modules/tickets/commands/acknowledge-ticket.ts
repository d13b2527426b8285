import { Injectable } from '@nestjs/common';
import {
  businessCalendar,
  Calendars,
  isServiceTime,
  promiseInWords,
} from '../../business-calendar/index.js';
import { Outbound, type NewOutgoingMail } from '../../outbound-mail/index.js';
import { Requesters, type Requester } from '../../requesters/index.js';
import { Templates, type RenderedMail } from '../../templates/index.js';
import { CurrentConfig } from '../../../config/index.js';
import { SignedLinks, type Tx } from '../../../platform/index.js';
import {
  asksForIdentification,
  decideAcknowledgement,
  type AcknowledgementDecision,
} from '../domain/acknowledgement.js';
import { nameForAutomaticMail, sameAddress } from '../domain/addresses.js';
import { portalSubject } from '../domain/portal-visit.js';
import { serviceHoursInWords } from '../domain/service-hours-in-words.js';
import { BacklogStore } from '../store/backlog.store.js';
import { TicketRecords } from '../store/ticket-records.js';
import type { Deadline, Lane } from '../store/ticket.store.js';
import { calendarOfMailbox } from './deadline-context.js';

export interface AcknowledgementInput {
  readonly ticketId: string;
  readonly lane: Lane;
  readonly queueKey: string;
  readonly reasonKey: string | null;
  /** The reason may be answered by pointing elsewhere at once (D5). */
  readonly redirectNow: boolean;
  readonly followUpOf: string | null;
  readonly mailboxKey: string | null;
  readonly requester: Requester | null;
  readonly address: string | null;
  readonly automaticMailAllowed: boolean;
  readonly fromPerson: boolean;
  readonly wanted: true | { readonly no: string };
  readonly receivedAt: Date;
  /** The ticket's deadline, which is written here together with the acknowledgement: one round trip less. */
  readonly deadline: Deadline;
  /** Message-IDs that the acknowledgement answers, oldest first. */
  readonly references: readonly string[];
  readonly twins: readonly {
    readonly ticketId: string;
    readonly queueKey: string;
    readonly mailboxKey?: string | null;
  }[];
  /** The message was over the size limit (D27). */
  readonly asksForLink: boolean;
  readonly now: Date;
}

const HOUR_MS = 60 * 60 * 1000;

/** The lower modules that acknowledging needs besides the ticket's own records. */
@Injectable()
export class AcknowledgementServices {
  constructor(
    readonly templates: Templates,
    readonly outbound: Outbound,
    readonly requesters: Requesters,
    readonly links: SignedLinks,
    readonly calendars: Calendars,
  ) {}
}

/** Writes the one acknowledgement of an opened ticket, follow-up or released suspect, or says why there is none (D7). */
@Injectable()
export class AcknowledgeTicket {
  constructor(
    private readonly config: CurrentConfig,
    private readonly services: AcknowledgementServices,
    private readonly records: TicketRecords,
    private readonly backlog: BacklogStore,
  ) {}

  /**
   * `send` and `redirect` mean that the mail stands in the outbox. It leaves by the ticket's mailbox, else by the first of
   * its twins' that does not only observe (D25); where all observe, `none`.
   */
  async run(tx: Tx, asked: AcknowledgementInput): Promise<AcknowledgementDecision> {
    const live = this.liveMailbox(asked);
    const input = live === null ? asked : { ...asked, mailboxKey: live };
    const decided = decideAcknowledgement({
      ...input,
      dueAt: input.deadline.dueAt,
      isFollowUp: input.followUpOf !== null,
      // Counted only where it can matter: most messages have their reason against an acknowledgement already.
      sentInLastHour:
        input.wanted === true && input.address !== null
          ? await this.services.outbound.acknowledgementsSince(
              tx,
              input.address,
              new Date(input.now.getTime() - HOUR_MS),
            )
          : 0,
      perSenderHour: this.config.get().automation.acknowledgementsPerSenderHour,
    });
    // A mailbox that only observes sends nothing, so nothing that looks sent may stand in the conversation.
    const decision: AcknowledgementDecision =
      decided.kind !== 'none' && live === null ? { kind: 'none', why: 'observe' } : decided;
    if (decision.kind === 'none' || decision.kind === 'summary') {
      await this.records.tickets.setDeadline(tx, input.ticketId, input.deadline);
    }
    if (decision.kind === 'summary') {
      await this.backlog.add(tx, input.ticketId, input.address!, input.mailboxKey!, input.now);
    } else if (decision.kind === 'redirect') {
      await this.enqueue(tx, input, 'wrong_channel', await this.redirection(input));
    } else if (decision.kind === 'send') {
      const asks =
        input.requester !== null &&
        asksForIdentification(input.requester) &&
        (await this.services.requesters.markIdentificationAsked(tx, input.requester.id, input.now));
      const content = await this.render(input, decision, asks);
      await this.enqueue(
        tx,
        input,
        input.followUpOf === null ? 'acknowledgement' : 'follow_up',
        content,
      );
    }
    return decision;
  }

  private liveMailbox(input: AcknowledgementInput): string | null {
    const { mailboxes } = this.config.get();
    return (
      [input.mailboxKey, ...input.twins.map(({ mailboxKey }) => mailboxKey)].find(
        (key) => key != null && mailboxes[key] !== undefined && mailboxes[key].mode !== 'observe',
      ) ?? null
    );
  }

  private async render(
    input: AcknowledgementInput,
    decision: AcknowledgementDecision & { kind: 'send' },
    asks: boolean,
  ): Promise<RenderedMail> {
    const { calendars } = this.services;
    const name = calendarOfMailbox(this.config.get(), input.mailboxKey);
    const calendar = calendars.definitionNow(name);
    const promised =
      decision.promisedAt === null ? null : promiseInWords(decision.promisedAt, calendar.zone);
    const data = {
      requesterName: input.requester?.name ?? null,
      protocol: input.ticketId,
      reasonLabel:
        input.reasonKey === null
          ? null
          : (this.config.get().reasons[input.reasonKey]?.label ?? null),
      insideServiceHours: isServiceTime(businessCalendar(calendar), input.receivedAt),
      serviceHours: serviceHoursInWords(calendar),
      notices: calendars.notices(name, input.now).map(({ text }) => ({ text })),
      asksAccessEmail: asks,
      asksSupportId: asks,
      asksForLink: input.asksForLink,
      portalUrl: this.portalUrl(input),
      twins: input.twins.map((twin) => ({
        protocol: twin.ticketId,
        queueName: this.config.get().queues[twin.queueKey]?.name ?? twin.queueKey,
      })),
    };
    if (decision.template === 'follow-up-opened') {
      return this.services.templates.render('follow-up-opened', {
        ...data,
        promisedDate: promised,
        previousProtocol: input.followUpOf!,
      });
    }
    if (decision.template === 'acknowledgement' && promised !== null) {
      return this.services.templates.render('acknowledgement', { ...data, promisedDate: promised });
    }
    return this.services.templates.render('acknowledgement-late', {
      ...data,
      promisedDate: promised,
      previousProtocol: input.followUpOf,
      receivedOn: dayInWords(input.receivedAt, calendar.zone),
    });
  }

  /** D8: the link to Meus chamados of whom the mail goes to, as far as its agents see; null where there is no portal. */
  private portalUrl({ address, queueKey }: AcknowledgementInput): string | null {
    const { portal, queues } = this.config.get();
    if (!portal.enabled) return null;
    const privateQueues = queues[queueKey]?.private === true ? [queueKey] : [];
    const subject = portalSubject({ address: sameAddress(address!), privateQueues });
    return this.services.links.url('portal', subject, portal.linkDays);
  }

  private redirection(input: AcknowledgementInput): Promise<RenderedMail> {
    const reason = this.config.get().reasons[input.reasonKey!]!;
    return this.services.templates.render('wrong-channel', {
      requesterName: input.requester?.name ?? null,
      protocol: input.ticketId,
      reasonLabel: reason.label,
      redirectText: reason.redirectText!,
    });
  }

  private async enqueue(
    tx: Tx,
    input: AcknowledgementInput,
    kind: 'acknowledgement' | 'follow_up' | 'wrong_channel',
    content: RenderedMail,
  ): Promise<void> {
    const to = [
      { address: input.address!, name: nameForAutomaticMail(input.requester?.name ?? '') },
    ];
    const { ticketId, deadline } = input;
    const { subject, text, html } = content;
    const details = { what: kind };
    const message = { ticketId, subject, text, html, to, details, createdAt: input.now };
    const messageId = await this.records.messages.insertAutomatic(tx, message, deadline);
    const mail: NewOutgoingMail = {
      mailboxKey: input.mailboxKey!,
      kind,
      automatic: true,
      ticketId: input.ticketId,
      ticketMessageId: messageId,
      dedupeKey: `acknowledgement:${input.ticketId}`,
      to,
      cc: [],
      content,
      references: input.references,
      attachments: [],
      now: input.now,
    };
    await this.services.outbound.enqueue(tx, mail);
  }
}

/** "segunda-feira, 16 de novembro" in the calendar's zone. */
export function dayInWords(instant: Date, zone: string): string {
  return new Intl.DateTimeFormat('pt-BR', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone: zone,
  }).format(instant);
}
