import { Injectable } from '@nestjs/common';
import { CurrentConfig, type MailboxConfig } from '../../../config/index.js';
import { newId, ReplyTokens, Wakeups, type Tx } from '../../../platform/index.js';
import { businessCalendar, Calendars, nextOpening } from '../../business-calendar/index.js';
import { Mailboxes } from '../../mailboxes/index.js';
import { GIVE_UP_AFTER_MS } from '../domain/back-off.js';
import { markingHeaders } from '../domain/mail-headers.js';
import { storable, type EnqueuedMail, type NewOutgoingMail } from '../domain/outgoing.js';
import { recipientsOf, sameAddress } from '../domain/recipients.js';
import { subjectWithProtocol } from '../domain/subject.js';
import { ownMessageId, replyAddress, threadingOf } from '../domain/threading.js';
import { outboxWakeup } from '../events.js';
import { GuardedOutbox } from './guarded-outbox.js';

/** Writes a mail into the outbox: one statement, in the transaction that causes the mail. */
@Injectable()
export class EnqueueMail {
  constructor(
    private readonly config: CurrentConfig,
    private readonly mailboxes: Mailboxes,
    private readonly outbox: GuardedOutbox,
    private readonly wakeups: Wakeups,
    private readonly tokens: ReplyTokens,
    private readonly calendars: Calendars,
  ) {}

  async run(tx: Tx, mail: NewOutgoingMail): Promise<EnqueuedMail | null> {
    const config = this.config.get();
    const mailbox = config.mailboxes[mail.mailboxKey];
    if (mailbox === undefined)
      throw new Error(`No mailbox ${mail.mailboxKey} in the configuration`);
    if (mailbox.mode === 'observe') return null;
    const own = this.mailboxes.ownAddresses();
    const recipients = recipientsOf(mail.to, mail.cc, (address) => own.includes(address));
    const first = recipients[0];
    if (first === undefined) return null;
    const asked = mail.primaryRecipient ?? first.address;
    const primary = recipients.find(({ address }) => sameAddress(address, asked)) ?? first;
    const notBefore = this.startOf(mail, mailbox);
    const threading = threadingOf(mail.references);
    const { ticketId } = mail;
    const random = newId().replaceAll('-', '');
    const messageId = ownMessageId(random, ticketId, mailbox.address, (head) =>
      this.tokens.forMessageId(head),
    );
    const answersTo = replyAddress(mailbox, ticketId, (id) => this.tokens.forTicket(id));
    const outboxId = await this.outbox.insert(
      tx,
      {
        ...mail,
        messageId,
        inReplyTo: threading.inReplyTo,
        references: threading.references,
        fromAddress: mailbox.address,
        fromName: mailbox.identity.name ?? config.company.name,
        replyTo: answersTo,
        envelopeFrom: mail.automatic ? mailbox.automaticEnvelopeFrom : mailbox.address,
        recipients,
        primaryRecipient: primary.address.toLowerCase(),
        subject: subjectWithProtocol(storable(mail.content.subject), mail.ticketId),
        bodyText: storable(mail.content.text),
        bodyHtml: storable(mail.content.html),
        headers: markingHeaders(mail.kind, mail.automatic, mail.listUnsubscribeUrl),
        state: notBefore > mail.now ? 'held' : 'queued',
        notBefore,
        giveUpAt: new Date(notBefore.getTime() + GIVE_UP_AFTER_MS),
        expiresAt: mail.expiresAt ?? null,
        createdAt: mail.now,
      },
      mail.attachments,
    );
    if (outboxId === null) return null;
    tx.afterCommit(() => this.wakeups.wake(outboxWakeup(mail.mailboxKey)));
    return { outboxId, messageId };
  }

  /** D18: agents' answers leave at once, or at the next opening where the mailbox holds them to service hours. */
  private startOf(mail: NewOutgoingMail, mailbox: MailboxConfig): Date {
    const asked =
      mail.notBefore !== undefined && mail.notBefore > mail.now ? mail.notBefore : mail.now;
    if (mail.automatic || mailbox.answers !== 'service_hours') return asked;
    return nextOpening(businessCalendar(this.calendars.definitionNow(mailbox.calendar)), asked);
  }
}
