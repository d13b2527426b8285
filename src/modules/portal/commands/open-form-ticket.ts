import { Injectable } from '@nestjs/common';
import { AppError, Database } from '../../../platform/index.js';
import { BlobStore } from '../../files/index.js';
import { Tickets } from '../../tickets/index.js';
import { CustomerMail } from '../customer-mail.js';
import { PortalForm } from '../form.js';
import { PortalStore } from '../store/portal.store.js';
import { customerMessage, type UploadedFile } from './customer-message.js';

export interface FormSubmission {
  readonly name: string;
  readonly email: string;
  readonly reason: string;
  readonly details: string;
  readonly files: readonly UploadedFile[];
  /** The address was proven by a signed link: the ordinary acknowledgement goes out. */
  readonly confirmed: boolean;
  /** A robot filled the field that people do not see. */
  readonly suspected: boolean;
  readonly receivedAt: Date;
}

export interface FormTicket {
  readonly protocol: string;
  readonly createdAt: Date;
  /** The promised instant; null where no clock runs. */
  readonly dueAt: Date | null;
  readonly zone: string;
}

/**
 * D2: a form becomes a ticket. The address is unconfirmed unless a link proved it: it then gets the fixed confirmation
 * only. What looks like a robot's goes to the suspects' lane and is answered by nothing: nobody's request is thrown away.
 */
@Injectable()
export class OpenFormTicket {
  constructor(
    private readonly form: PortalForm,
    private readonly tickets: Tickets,
    private readonly blobs: BlobStore,
    private readonly mail: CustomerMail,
    private readonly store: PortalStore,
    private readonly database: Database,
  ) {}

  /** AppError `validation_failed` for an unknown reason or one of our own addresses. */
  async run(submission: FormSubmission): Promise<FormTicket> {
    const address = submission.email.trim().toLowerCase();
    const reason = this.form.reason(submission.reason);
    const fields = [
      ...(reason === null ? [{ path: 'reason', reason: 'is not one of the reasons offered' }] : []),
      ...(this.form.isOurs(address)
        ? [{ path: 'email', reason: 'is an address of ours; give your own' }]
        : []),
    ];
    if (reason === null || fields.length > 0) throw new AppError('validation_failed', { fields });
    const mailbox = this.form.mailboxFor(reason.queue);
    const zone = this.form.zoneOf(mailbox.key);
    const now = submission.receivedAt;
    const acknowledges = submission.confirmed && !submission.suspected;
    return this.database.inTransaction(async (tx) => {
      await this.blobs.record(
        tx,
        submission.files.map((file) => file.blob),
      );
      const { ticketId } = await this.tickets.open(tx, {
        message: customerMessage({
          from: { address, name: submission.name.trim() },
          to: mailbox.address,
          // What was typed stays out of the subject: subjects come back in automatic mail (D23).
          subject: `${reason.label} (formulário)`,
          text: submission.details,
          files: submission.files,
          receivedAt: now,
        }),
        channel: 'form',
        mailboxKey: mailbox.key,
        queueKey: reason.queue,
        reason: { key: reason.key, decidedBy: 'form', confidence: 1, evidence: {} },
        lane: submission.suspected ? 'suspected' : 'inbox',
        marks: submission.confirmed ? [] : ['endereco_nao_confirmado'],
        fromPerson: true,
        acknowledge: acknowledges
          ? true
          : { no: submission.suspected ? 'honeypot' : 'unconfirmed_address' },
        followUpOf: null,
        twins: [],
      });
      const dueAt = await this.store.dueAt(tx, ticketId);
      if (!acknowledges && !submission.suspected) {
        await this.mail.confirm(tx, {
          ticketId,
          queueKey: reason.queue,
          mailboxKey: mailbox.key,
          address,
          dueAt,
          zone,
          now,
        });
      }
      return { protocol: ticketId, createdAt: now, dueAt, zone };
    });
  }
}
