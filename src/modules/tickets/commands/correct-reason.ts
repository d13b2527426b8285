import { Injectable } from '@nestjs/common';
import { ContactReasons } from '../../contact-reasons/index.js';
import type { AccessScope } from '../../queues/index.js';
import { CurrentConfig } from '../../../config/index.js';
import { AppError, type Tx } from '../../../platform/index.js';
import type { HistoryEntry } from '../store/history.store.js';
import type { TicketRow } from '../store/ticket.store.js';

/** Decisions that nobody took: an agent who says the same confirms them. */
const INFERRED = ['clues', 'classifier', 'fallback', 'none'];

/** An agent's word on the contact reason (D4): taken, and remembered for the classifier with what stood there before. */
@Injectable()
export class CorrectReason {
  constructor(
    private readonly config: CurrentConfig,
    private readonly reasons: ContactReasons,
  ) {}

  /** The queue of a configured reason; null for any other. */
  queueOf(key: string): string | null {
    return this.config.get().reasons[key]?.queue ?? null;
  }

  /**
   * Changes the (locked) row; the caller saves. `key` null: "a classificar". Naming the inferred reason confirms it;
   * null is no confirmation, because it says nothing. Empty where nothing changes. AppError `validation_failed`
   * naming `reason`.
   */
  async run(
    tx: Tx,
    scope: AccessScope,
    ticket: TicketRow,
    key: string | null,
    now: Date,
  ): Promise<HistoryEntry[]> {
    const same = key === ticket.reasonKey;
    if (same && (key === null || !INFERRED.includes(ticket.reasonDecidedBy))) return [];
    if (key !== null && this.config.get().reasons[key]?.retired !== false) {
      throw new AppError('validation_failed', {
        fields: [{ path: 'reason', reason: 'is not a reason in use' }],
      });
    }
    const before = {
      key: ticket.reasonKey,
      decidedBy: ticket.reasonDecidedBy,
      confidence: ticket.reasonConfidence,
    };
    ticket.reasonKey = key;
    ticket.reasonDecidedBy = 'agent';
    ticket.reasonConfidence = 1;
    ticket.reasonEvidence = { corrected: before };
    const { agentId } = scope.actor;
    await this.reasons.remember(tx, {
      ticketId: ticket.id,
      reasonKey: key,
      before,
      agentId,
      at: now,
    });
    const action = same ? 'reason_confirmed' : 'reason_changed';
    return [{ action, before, after: { key, decidedBy: 'agent' } }];
  }
}
