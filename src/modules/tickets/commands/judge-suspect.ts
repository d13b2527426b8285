import { Injectable } from '@nestjs/common';
import { sendingMailbox } from '../../outbound-mail/index.js';
import type { AccessScope } from '../../queues/index.js';
import { Requesters, type Requester } from '../../requesters/index.js';
import { CurrentConfig } from '../../../config/index.js';
import { Clock, Database, type Tx } from '../../../platform/index.js';
import { checkVersion, type ExpectedVersion } from '../../../platform/http/index.js';
import { agentActor, type HistoryEntry } from '../store/history.store.js';
import type { TicketRow } from '../store/ticket.store.js';
import { AcknowledgeTicket } from './acknowledge-ticket.js';
import { raiseLastActivity } from './add-customer-message.js';
import { learnIdentification, mayTeach } from './learn-identification.js';
import { MoveStatus } from './move-status.js';
import { automaticMailAllowed, DMARC_MARK } from './ticket-mail.js';
import { WritingDesk } from './writing-desk.js';

interface Judgement {
  readonly expected: ExpectedVersion;
}

/** The acknowledgement that a suspect did not get when it came. */
@Injectable()
export class ReleaseSuspect {
  constructor(
    private readonly config: CurrentConfig,
    private readonly desk: WritingDesk,
    private readonly requesters: Requesters,
    private readonly acknowledgement: AcknowledgeTicket,
  ) {}

  async acknowledge(tx: Tx, ticket: TicketRow, now: Date): Promise<boolean> {
    if (await this.desk.records.tickets.dmarcFailed(tx, ticket.id)) {
      ticket.marks = [...new Set([...ticket.marks, DMARC_MARK])];
    }
    const requester = await this.requesterOf(tx, ticket);
    const { twinGroup } = ticket;
    const acknowledgedBefore =
      twinGroup !== null && (await this.desk.records.tickets.groupAcknowledged(tx, twinGroup));
    const twins = await this.desk.records.tickets.twinsOf(tx, ticket);
    const decision = await this.acknowledgement.run(tx, {
      ticketId: ticket.id,
      lane: 'inbox',
      queueKey: ticket.queueKey,
      reasonKey: ticket.reasonKey,
      redirectNow: false,
      followUpOf: ticket.followUpOf,
      mailboxKey: sendingMailbox(ticket, this.config.get()),
      requester,
      address: ticket.replyToAddress,
      automaticMailAllowed: automaticMailAllowed(ticket),
      fromPerson: true,
      // D25: one message is acknowledged once, whichever of its twins was released first.
      wanted: acknowledgedBefore ? { no: 'twin_was_acknowledged' } : true,
      receivedAt: ticket.receivedAt,
      deadline: { dueAt: ticket.dueAt, kind: ticket.dueKind, breached: ticket.breached },
      references: await this.desk.records.messages.references(tx, ticket.id, null),
      twins: twins.map((twin) => ({ ticketId: twin.id, queueKey: twin.queueKey })),
      asksForLink: false,
      now,
    });
    return decision.kind === 'send';
  }

  /** What a suspect said of itself is taken up now that a person has judged it (D7). */
  private async requesterOf(tx: Tx, ticket: TicketRow): Promise<Requester | null> {
    const requester =
      ticket.requesterId === null ? null : await this.requesters.byId(tx, ticket.requesterId);
    const words = await this.desk.records.tickets.firstWords(tx, ticket.id);
    if (requester === null || words === null || !mayTeach(ticket)) return requester;
    return learnIdentification(tx, this.requesters, this.config.get(), {
      requester,
      ...words,
    });
  }
}

/** An agent's word on a suspect (D23): confirmed, or released as an ordinary ticket. */
@Injectable()
export class JudgeSuspect {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly desk: WritingDesk,
    private readonly statuses: MoveStatus,
    private readonly release_: ReleaseSuspect,
  ) {}

  /** Resolved as spam; no answer, no feedback question, no clock. Confirming twice is confirming once. */
  confirm(
    scope: AccessScope,
    protocol: string,
    judgement: Judgement,
  ): Promise<{ ticketId: string }> {
    return this.database.inTransaction(async (tx) => {
      const ticket = await this.desk.access.toChange(tx, scope, protocol);
      checkVersion(ticket.version, judgement.expected);
      if (ticket.status === 'resolved' && ticket.closeReason === 'spam') {
        return { ticketId: ticket.id };
      }
      const now = this.clock.now();
      const history: HistoryEntry[] = [{ action: 'spam_confirmed' }];
      if (ticket.status === 'resolved') {
        history.push({
          action: 'status_changed',
          before: { closeReason: ticket.closeReason },
          after: { status: 'resolved', closeReason: 'spam' },
        });
        ticket.closeReason = 'spam';
      } else {
        history.push(await this.statuses.resolve(tx, ticket, { closeReason: 'spam', at: now }));
      }
      await this.finish(tx, scope, ticket, history, now);
      return { ticketId: ticket.id };
    });
  }

  /** Into the inbox, acknowledged now; the clock runs from `receivedAt` since it came (D17, D23). */
  release(
    scope: AccessScope,
    protocol: string,
    judgement: Judgement,
  ): Promise<{ ticketId: string; acknowledged: boolean }> {
    return this.database.inTransaction(async (tx) => {
      const ticket = await this.desk.access.toChange(tx, scope, protocol);
      checkVersion(ticket.version, judgement.expected);
      const confirmed = ticket.status === 'resolved' && ticket.closeReason === 'spam';
      if (ticket.lane !== 'suspected' && !confirmed) {
        return { ticketId: ticket.id, acknowledged: false };
      }
      const now = this.clock.now();
      const before = { lane: ticket.lane };
      const wasSuspect = ticket.lane === 'suspected';
      ticket.lane = 'inbox';
      const history: HistoryEntry[] = [
        { action: 'spam_released', before, after: { lane: 'inbox' } },
      ];
      if (confirmed)
        history.push(await this.statuses.open(tx, ticket, { at: now, why: 'released' }));
      const acknowledged = wasSuspect && (await this.release_.acknowledge(tx, ticket, now));
      await this.finish(tx, scope, ticket, history, now);
      return { ticketId: ticket.id, acknowledged };
    });
  }

  private async finish(
    tx: Tx,
    scope: AccessScope,
    ticket: TicketRow,
    history: readonly HistoryEntry[],
    now: Date,
  ): Promise<void> {
    raiseLastActivity(ticket, now);
    await this.desk.records.tickets.save(tx, ticket);
    const actor = agentActor(scope.actor.agentId);
    await this.desk.records.history.append(tx, ticket.id, now, actor, history);
  }
}
