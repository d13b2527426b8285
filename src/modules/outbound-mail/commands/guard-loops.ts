import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import { Alarms, Clock, Database, EventBus, type Tx } from '../../../platform/index.js';
import {
  bodyFingerprint,
  HOLD_MS,
  hourOf,
  isEcho,
  REMEMBERED_MS,
  sameBodyLimit,
  type HeardText,
  type HoldReason,
} from '../domain/loop-guard.js';
import type { NewOutgoingMail } from '../domain/outgoing.js';
import { outboundHeld } from '../events.js';
import { LoopGuardStore } from '../store/loop-guard.store.js';

/** Counters are kept a little longer than anything looks back. */
const FORGET_AFTER_MS = 2 * REMEMBERED_MS;

/**
 * The loop breaker (D21): automatic mail to one correspondent has a budget an hour, and none is left for whoever sends
 * our own words back, or the same words again and again. What is over it stands in the outbox as `held` until a person
 * retries or cancels it (a retry ends the hold); an alarm and the ticket say so. Counted in rows that every worker locks: it holds for all.
 */
@Injectable()
export class GuardLoops {
  constructor(
    private readonly store: LoopGuardStore,
    private readonly bus: EventBus,
    private readonly alarms: Alarms,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: CurrentConfig,
  ) {}

  /** A correspondent's text, before anything automatic answers it. Null: nothing speaks against answering. */
  async heard(
    tx: Tx,
    message: HeardText & { mailboxKey: string; correspondent: string },
  ): Promise<HoldReason | null> {
    const body = bodyFingerprint(message.text);
    if (body === null) return null;
    const { mailboxKey } = message;
    const correspondent = message.correspondent.trim().toLowerCase();
    const now = this.clock.now();
    const { count, sent } = await this.store.hear(tx, {
      mailboxKey,
      correspondent,
      body,
      hour: hourOf(now),
      since: new Date(now.getTime() - REMEMBERED_MS),
    });
    const echo = isEcho(message, sent);
    const { acknowledgementsPerSenderHour } = this.config.get().automation;
    if (!echo && count <= sameBodyLimit(acknowledgementsPerSenderHour)) return null;
    const reason = echo ? 'echo' : 'repeated_body';
    await this.hold(tx, mailboxKey, correspondent, reason);
    return reason;
  }

  /** A mail that was written as `held`: `budget` begins a hold, and people are told. */
  async held(
    tx: Tx,
    mail: Pick<NewOutgoingMail, 'mailboxKey' | 'kind' | 'ticketId' | 'ticketMessageId' | 'now'> & {
      readonly outboxId: string;
      readonly correspondent: string;
      readonly why: 'budget' | 'hold';
    },
  ): Promise<void> {
    if (mail.why === 'budget') await this.hold(tx, mail.mailboxKey, mail.correspondent, 'budget');
    if (mail.ticketId === null) return;
    await this.bus.publish(tx, outboundHeld, {
      outboxId: mail.outboxId,
      kind: mail.kind,
      ticketId: mail.ticketId,
      ticketMessageId: mail.ticketMessageId,
      at: mail.now.toISOString(),
    });
  }

  /** Forgets old counters and holds that nobody renewed; mailboxes without a hold lose their alarm. */
  async tidy(mailboxKeys: readonly string[]): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      const now = this.clock.now();
      await this.store.forgetOld(tx, new Date(now.getTime() - FORGET_AFTER_MS), now);
      const held = await this.store.mailboxesWithHolds(tx);
      for (const mailboxKey of mailboxKeys)
        if (!held.includes(mailboxKey)) await this.alarms.clearIn(tx, alarmOf(mailboxKey));
    });
  }

  private async hold(
    tx: Tx,
    mailboxKey: string,
    correspondent: string,
    reason: HoldReason,
  ): Promise<void> {
    const at = this.clock.now();
    const until = new Date(at.getTime() + HOLD_MS);
    await this.store.hold(tx, { mailboxKey, correspondent, reason, at, until });
    await this.alarms.raiseIn(
      tx,
      alarmOf(mailboxKey),
      'warning',
      `Mailbox ${mailboxKey}: automatic mail to a correspondent is held, because a machine seems to answer it. Look at the held mails (helpdesk outbox list --state held), then retry or cancel them.`,
      { reason },
    );
  }
}

function alarmOf(mailboxKey: string): string {
  return `automation.loop.${mailboxKey}`;
}
