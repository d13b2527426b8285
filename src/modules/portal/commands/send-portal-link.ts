import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import { Database, Throttle } from '../../../platform/index.js';
import { CustomerMail } from '../customer-mail.js';
import { PortalForm } from '../form.js';
import { PortalStore } from '../store/portal.store.js';

const HOUR_MS = 3_600_000;
/** Enough for somebody who lost a mail, too few to annoy somebody else with. */
const LINKS_PER_HOUR = 3;

/**
 * D8: sends the link to Meus chamados. Whoever asks learns nothing: the answer is the same for addresses without
 * tickets, which get no mail at all.
 */
@Injectable()
export class SendPortalLink {
  constructor(
    private readonly form: PortalForm,
    private readonly mail: CustomerMail,
    private readonly store: PortalStore,
    private readonly throttle: Throttle,
    private readonly config: CurrentConfig,
    private readonly database: Database,
  ) {}

  /** AppError `too_many_requests` by the asking machine's address; by mail address the mail is left out silently. */
  async run(input: { email: string; fromAddress: string; now: Date }): Promise<void> {
    const address = input.email.trim().toLowerCase();
    await this.throttle.hit({
      name: 'portal.link.address',
      subject: input.fromAddress,
      limit: this.config.get().limits.formSubmissionsPerHour,
      windowMs: HOUR_MS,
    });
    if (!(await this.store.hasTickets(address)) || (await this.overLimit(address))) return;
    const mailbox = this.form.mailboxFor(
      this.config.get().mailboxes[this.config.get().portal.mailbox ?? '']?.queue ?? '',
    );
    await this.database.inTransaction((tx) =>
      this.mail.sendLink(tx, {
        address,
        mailboxKey: mailbox.key,
        zone: this.form.zoneOf(mailbox.key),
        now: input.now,
      }),
    );
  }

  private async overLimit(address: string): Promise<boolean> {
    try {
      await this.throttle.hit({
        name: 'portal.link.to',
        subject: address,
        limit: LINKS_PER_HOUR,
        windowMs: HOUR_MS,
      });
      return false;
    } catch {
      return true;
    }
  }
}
