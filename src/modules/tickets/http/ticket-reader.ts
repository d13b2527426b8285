import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../queues/index.js';
import { AppError, Database } from '../../../platform/index.js';
import { ConversationStore } from '../store/conversation.store.js';
import { requireReadable, ticketsOutOfSight } from '../store/ticket-access.js';
import { TicketViewStore } from '../store/ticket-view.store.js';
import { aboutTicket, presentHistory } from './present-ticket.js';
import { TicketPresenter } from './ticket-presenter.js';
import {
  RESTRICTED_LABEL,
  type HistoryDto,
  type RestrictedTicketDto,
  type TicketDto,
} from './ticket.dto.js';

/** Reads tickets for answers of the API. */
@Injectable()
export class TicketReader {
  constructor(
    private readonly views: TicketViewStore,
    private readonly conversation: ConversationStore,
    private readonly presenter: TicketPresenter,
    private readonly database: Database,
  ) {}

  /** AppError `not_found` for what does not exist and for what the reader may not see alike. */
  async detail(scope: AccessScope, protocol: string): Promise<TicketDto> {
    const ticket = await this.find(scope, protocol);
    if (ticket === null) throw new AppError('not_found');
    return ticket;
  }

  /** After a move into a private queue the one who moved it sees only that it is there (D20). */
  async afterChange(
    scope: AccessScope,
    protocol: string,
  ): Promise<TicketDto | RestrictedTicketDto> {
    return (
      (await this.find(scope, protocol)) ?? { protocol, restricted: true, label: RESTRICTED_LABEL }
    );
  }

  async history(scope: AccessScope, protocol: string): Promise<HistoryDto> {
    await requireReadable(this.database, scope, protocol);
    const [rows, restricted] = await Promise.all([
      this.views.history(protocol),
      this.conversation.linkedOutOfSight(scope, protocol),
    ]);
    return {
      items: rows.map((row) => presentHistory(row, restricted)),
      nextCursor: null,
    };
  }

  private async find(scope: AccessScope, protocol: string): Promise<TicketDto | null> {
    const row = await this.views.detail(scope, protocol);
    if (row === null) return null;
    const about = aboutTicket(row.marks);
    const named = about === null ? [] : [about];
    const restricted = await ticketsOutOfSight(this.database, scope, named);
    return this.presenter.present(row, restricted);
  }
}
