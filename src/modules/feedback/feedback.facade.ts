import { Injectable } from '@nestjs/common';
import {
  AppError,
  Clock,
  Database,
  defineEvent,
  EventBus,
  SignedLinks,
  type Tx,
} from '../../platform/index.js';
import { FeedbackStore, type FeedbackRow } from './store/feedback.store.js';

/** A requester scored a resolved ticket, or changed her score. */
export const feedbackGiven = defineEvent<{ ticketId: string; score: number; at: string }>(
  'feedback.given',
);

/** What a feedback link leads to. */
export interface FeedbackRequest {
  readonly protocol: string;
  /** null until given. */
  readonly given: FeedbackRow | null;
}

/**
 * Feedback by signed link (D12). The link is the only proof asked for; looking changes nothing, because mail scanners
 * open every link. Wrong and expired links are `not_found`.
 */
@Injectable()
export class Feedback {
  constructor(
    private readonly store: FeedbackStore,
    private readonly links: SignedLinks,
    private readonly bus: EventBus,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async look(token: string): Promise<FeedbackRequest> {
    const protocol = this.protocolOf(token);
    if (!(await this.store.ticketExists(protocol))) throw goneLink();
    return { protocol, given: await this.store.of(protocol) };
  }

  /** One per ticket; a second one replaces it. `score` is 1 to 5. */
  async give(
    token: string,
    input: { score: number; comment: string },
  ): Promise<{ protocol: string }> {
    const ticketId = this.protocolOf(token);
    await this.database.inTransaction((tx) => this.record(tx, ticketId, input));
    return { protocol: ticketId };
  }

  /** What `give` writes, where the proof was another one than the link. `not_found` where there is no such ticket. */
  async record(tx: Tx, ticketId: string, input: { score: number; comment: string }): Promise<void> {
    const now = this.clock.now();
    if (!(await this.store.put(tx, { ticketId, ...input, now }))) throw goneLink();
    await this.bus.publish(tx, feedbackGiven, {
      ticketId,
      score: input.score,
      at: now.toISOString(),
    });
  }

  /** Throws `not_found` for a wrong link; true to be shown the button. */
  checkUnsubscribe(token: string): void {
    if (this.links.verify('unsubscribe', token) === null) throw goneLink();
  }

  /** RFC 8058: one POST and no further question; twice is once. */
  async unsubscribe(token: string): Promise<void> {
    const requesterId = this.links.verify('unsubscribe', token);
    if (requesterId === null) throw goneLink();
    const known = await this.database.inTransaction((tx) =>
      this.store.unsubscribe(tx, requesterId, this.clock.now()),
    );
    if (!known) throw goneLink();
  }

  private protocolOf(token: string): string {
    const protocol = this.links.verify('feedback', token);
    if (protocol === null) throw goneLink();
    return protocol;
  }
}

function goneLink(): AppError {
  return new AppError('not_found', {
    detail: 'Este link não vale mais. Responda ao nosso e-mail se precisar de algo.',
    detailEn: 'This link is not valid any more.',
  });
}
