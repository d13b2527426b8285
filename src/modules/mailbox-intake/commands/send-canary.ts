import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { CurrentConfig } from '../../../config/index.js';
import { Clock, createLogger, ReplyTokens } from '../../../platform/index.js';
import { SmtpSender } from '../../mailboxes/index.js';
import { canaryMail } from '../domain/canary.js';
import { CanaryStore } from '../store/canary.store.js';

const log = createLogger('mailbox-intake');

/**
 * One probe of one mailbox, by its own SMTP and past the outbox: nobody's mail, so no row that agents see, no retry, no
 * share of the ceiling of automatic mail, no copy in Sent. One that did not leave is not sent again: the next one is.
 */
@Injectable()
export class SendCanary {
  constructor(
    private readonly config: CurrentConfig,
    private readonly clock: Clock,
    private readonly store: CanaryStore,
    private readonly tokens: ReplyTokens,
    private readonly smtp: SmtpSender,
  ) {}

  async run(mailboxKey: string): Promise<void> {
    const { mailboxes, company } = this.config.get();
    const mailbox = mailboxes[mailboxKey];
    if (mailbox === undefined) return;
    const nonce = randomBytes(16).toString('hex');
    const now = this.clock.now();
    const mail = canaryMail({
      address: mailbox.address,
      name: mailbox.identity.name ?? company.name,
      envelopeFrom: mailbox.automaticEnvelopeFrom,
      nonce,
      token: this.tokens.forCanary(nonce),
      now,
    });
    await this.store.sending(mailboxKey, nonce, now);
    const outcome = await this.smtp.send(mailboxKey, mail);
    const accepted = outcome.kind === 'accepted';
    await this.store.answered(
      nonce,
      accepted ? this.clock.now() : null,
      accepted ? null : outcome.response,
    );
    if (!accepted)
      log.warn({ mailbox: mailboxKey, outcome: outcome.kind }, 'a probe did not leave');
  }
}
