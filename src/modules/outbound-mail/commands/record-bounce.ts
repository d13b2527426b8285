import { Injectable } from '@nestjs/common';
import { EventBus, type Tx } from '../../../platform/index.js';
import { applyBounce, type Bounce } from '../domain/apply-bounce.js';
import type { OutboxRecipient } from '../domain/outgoing.js';
import { sameAddress } from '../domain/recipients.js';
import { outboundFailed } from '../events.js';
import { ConfirmMail } from './confirm-mail.js';
import { OutboxStore, type LockedMail } from '../store/outbox.store.js';

/** A bounce came back for one of our mails (RFC 3464). */
@Injectable()
export class RecordBounce {
  constructor(
    private readonly store: OutboxStore,
    private readonly bus: EventBus,
    private readonly confirm: ConfirmMail,
  ) {}

  /** False where no mail of ours has this Message-ID. A second report of the same changes nothing and tells nobody. */
  async run(
    tx: Tx,
    bounce: Bounce & { readonly messageId: string; readonly intakeId: string },
  ): Promise<boolean> {
    let mail = await this.store.lockByMessageId(tx, bounce.messageId);
    if (mail === null) return false;
    if (mail.state === 'unknown' && applyBounce(mail, bounce).state === null) {
      // Whoever reports a delay, or one copy that came back, has had the mail from our server: it did leave.
      const evidence = { by: 'bounce', intakeId: bounce.intakeId, at: null } as const;
      await this.confirm.settle(tx, mail, { by: 'evidence', evidence });
      mail = (await this.store.lockById(tx, mail.id))!;
    }
    const result = applyBounce(mail, bounce);
    const isNews =
      countBounced(result) > countBounced(mail) || !namesOneOf(mail, bounce.recipients);
    await this.store.setBounced(tx, mail.id, result);
    if (result.failure === null || mail.ticketId === null || !isNews) return true;
    await this.bus.publish(tx, outboundFailed, {
      outboxId: mail.id,
      kind: mail.kind,
      ticketId: mail.ticketId,
      ticketMessageId: mail.ticketMessageId,
      state: result.failure,
      reason: result.stateReason,
      at: bounce.at.toISOString(),
    });
    return true;
  }
}

function countBounced({ recipients }: { recipients: readonly OutboxRecipient[] }): number {
  return recipients.filter((recipient) => recipient.state === 'bounced').length;
}

function namesOneOf(mail: LockedMail, addresses: readonly string[]): boolean {
  return mail.recipients.some(({ address }) =>
    addresses.some((other) => sameAddress(other, address)),
  );
}
