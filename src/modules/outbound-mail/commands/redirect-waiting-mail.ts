import { Injectable } from '@nestjs/common';
import { Queues } from '../../queues/index.js';
import { CurrentConfig } from '../../../config/index.js';
import { ReplyTokens, Wakeups, type Tx } from '../../../platform/index.js';
import { replyAddress } from '../domain/threading.js';
import { sendingMailbox } from '../domain/sending-mailbox.js';
import { outboxWakeup } from '../events.js';
import type { LockedMail } from '../store/outbox.store.js';
import { WaitingMailStore } from '../store/waiting-mail.store.js';

/** A ticket crossed the border of a private queue (D20) while mail about it waited to leave. */
@Injectable()
export class RedirectWaitingMail {
  constructor(
    private readonly config: CurrentConfig,
    private readonly tokens: ReplyTokens,
    private readonly wakeups: Wakeups,
    private readonly queues: Queues,
    private readonly store: WaitingMailStore,
  ) {}

  /**
   * What waits leaves by this mailbox, so that answers to it come there; `notify`: the only agents whom notices may
   * still reach, by address; null: all. What is on the wire leaves as it is. A mailbox that only observes sends nothing:
   * then the mail stays as it was. Safe to call twice.
   */
  async run(
    tx: Tx,
    moved: {
      readonly ticketId: string;
      readonly mailboxKey: string | null;
      readonly notify: readonly string[] | null;
    },
  ): Promise<void> {
    if (moved.notify !== null) {
      const except = moved.notify.map((address) => address.toLowerCase());
      await this.store.cancelNotices(tx, moved.ticketId, except);
    }
    const { mailboxes, company } = this.config.get();
    const mailbox = moved.mailboxKey === null ? undefined : mailboxes[moved.mailboxKey];
    if (moved.mailboxKey === null || mailbox === undefined || mailbox.mode === 'observe') return;
    const { mailboxKey } = moved;
    const changed = await this.store.changeIdentity(tx, moved.ticketId, {
      mailboxKey,
      fromAddress: mailbox.address,
      fromName: mailbox.identity.name ?? company.name,
      replyTo: replyAddress(mailbox, moved.ticketId, (id) => this.tokens.forTicket(id)),
      automaticEnvelopeFrom: mailbox.automaticEnvelopeFrom,
    });
    if (changed > 0) tx.afterCommit(() => this.wakeups.wake(outboxWakeup(mailboxKey)));
  }

  /**
   * A mail that waits anew and its sender is woken. What failed before its ticket crossed the border leaves as what had
   * waited would: with the new side's identity, a notice only to members.
   */
  async waitsAgain(tx: Tx, mail: LockedMail): Promise<void> {
    const { mailboxKey, queueKey, ticketId } = mail;
    tx.afterCommit(() => this.wakeups.wake(outboxWakeup(mailboxKey)));
    if (ticketId === null) return;
    const config = this.config.get();
    const secret = config.queues[queueKey]?.private === true;
    if (!secret && sendingMailbox({ mailboxKey, queueKey }, config) === mailboxKey) return;
    const members = secret ? await this.queues.membersOf(queueKey) : null;
    await this.run(tx, {
      ticketId,
      mailboxKey: sendingMailbox({ mailboxKey: mail.ticketMailboxKey, queueKey }, config),
      notify: members === null ? null : members.map(({ email }) => email),
    });
  }
}
