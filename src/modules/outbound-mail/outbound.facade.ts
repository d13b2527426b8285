import { Injectable } from '@nestjs/common';
import { Clock, type Tx } from '../../platform/index.js';
import { EnqueueMail } from './commands/enqueue-mail.js';
import { GuardLoops } from './commands/guard-loops.js';
import { RecordBounce } from './commands/record-bounce.js';
import type { HoldReason } from './domain/loop-guard.js';
import type { EnqueuedMail, NewOutgoingMail } from './domain/outgoing.js';
import { OutboxListStore, type OutboxGauges } from './store/outbox-list.store.js';
import { OutboxStore } from './store/outbox.store.js';

/** The outbox: rows written in the transaction that causes them; a sender per mailbox delivers them afterwards. */
@Injectable()
export class Outbound {
  constructor(
    private readonly enqueueMail: EnqueueMail,
    private readonly recordBounce: RecordBounce,
    private readonly store: OutboxStore,
    private readonly lists: OutboxListStore,
    private readonly clock: Clock,
    private readonly guard: GuardLoops,
  ) {}

  /**
   * Writes the row, in one statement; null if `dedupeKey` already exists, if the mailbox is in `observe` mode, or if no
   * recipient is left besides our own addresses (D26): then nothing is written.
   */
  enqueue(tx: Tx, mail: NewOutgoingMail): Promise<EnqueuedMail | null> {
    return this.enqueueMail.run(tx, mail);
  }

  /** Tickets that these Message-IDs (own or aliases, no brackets) belong to, newest first: thread proof (D26). */
  async ticketsByOwnMessageIds(
    tx: Tx,
    messageIds: readonly string[],
  ): Promise<{ messageId: string; ticketId: string }[]> {
    return messageIds.length === 0 ? [] : this.store.ticketsByMessageIds(tx, messageIds);
  }

  /** Cancels what has not left and is of no use any more (`expiresAt`). */
  expire(tx: Tx, now: Date): Promise<number> {
    return this.store.expire(tx, now);
  }

  /** How many acknowledgements (tickets and follow-ups) this address was sent or is to be sent since (D7). */
  acknowledgementsSince(tx: Tx, address: string, since: Date): Promise<number> {
    return this.store.countAcknowledgements(tx, address, since);
  }

  /** How many reminders this address was sent or is to be sent since: one requester may wait for on many tickets (D21). */
  remindersSince(tx: Tx, address: string, since: Date): Promise<number> {
    return this.store.countReminders(tx, address, since);
  }

  /** Takes an automatic mail back that has not begun to leave, because its reason is gone. Safe to call twice. */
  withdraw(tx: Tx, ticketMessageId: string): Promise<void> {
    return this.store.withdraw(tx, ticketMessageId);
  }

  /**
   * Automatic mails that left since `since` or wait to leave, counted up to `enough`: how much of
   * `limits.automaticPerTenMinutes` is used up already.
   */
  automaticLoad(since: Date, enough: number): Promise<number> {
    return this.lists.automaticLoad(since, enough);
  }

  /**
   * The loop breaker's ear (D21): tell it the text of a message before something automatic answers it. Not null: our own
   * words, or the same words again and again; automatic mail to this correspondent is held from now on.
   */
  heard(
    tx: Tx,
    message: { mailboxKey: string; correspondent: string; text: string; visibleText: string },
  ): Promise<HoldReason | null> {
    return this.guard.heard(tx, message);
  }

  /**
   * A bounce names this outgoing mail (by Message-ID): marks recipients returned and publishes `outbound.failed`. `hard`:
   * their copy is lost for good (D19); one that is not (a delay) is only noted. False if unknown.
   */
  bounced(
    tx: Tx,
    bounce: {
      messageId: string;
      /** The recorded report. */
      intakeId: string;
      recipients: readonly string[];
      hard: boolean;
      reason: string;
      at: Date;
    },
  ): Promise<boolean> {
    return this.recordBounce.run(tx, bounce);
  }

  /** Remembers the Message-ID under which a mail of ours was seen outside (D26). False where that mail is not ours. */
  learnAlias(
    tx: Tx,
    alias: { alias: string; messageId: string; source: string },
  ): Promise<boolean> {
    return this.store.addAlias(tx, { ...alias, at: this.clock.now() });
  }

  /** Counts and ages for metrics and health; by mailbox and state, never by person. */
  gauges(): Promise<OutboxGauges> {
    return this.lists.gauges(this.clock.now());
  }
}
