import { Injectable } from '@nestjs/common';
import { FileScans } from '../files/index.js';
import { Clock, Database, type Tx } from '../../platform/index.js';
import { presentMessage, type MessageDto } from './http/message.dto.js';
import { aboutTicket, presentHistory } from './http/present-ticket.js';
import { TicketPresenter } from './http/ticket-presenter.js';
import type { HistoryEntryDto, TicketDto } from './http/ticket.dto.js';
import { ConversationStore, type ExportedMessageRow } from './store/conversation.store.js';
import { ExportRecordStore } from './store/export-record.store.js';
import { ticketsOutOfSight, type Sight } from './store/ticket-access.js';
import { TicketViewStore, type TicketSelection } from './store/ticket-view.store.js';

/** A message with the hashes of its files, for copying them out. */
export interface ExportedMessage extends MessageDto {
  readonly protocol: string;
  /** Those that may be given out; `held` attachments have none. */
  readonly files: readonly { readonly id: string; readonly sha256: string }[];
  readonly originalSha256: string | null;
}

/** Messages hold whole bodies: so many at a time. */
const MESSAGES = 50;

/** What an export reads and writes. */
@Injectable()
export class ExportStores {
  constructor(
    readonly views: TicketViewStore,
    readonly conversations: ConversationStore,
    readonly record: ExportRecordStore,
  ) {}
}

/** Tickets as the API shows them, many at a time and as of one instant: `tx` is a snapshot. */
@Injectable()
export class ExportedTickets {
  constructor(
    private readonly stores: ExportStores,
    private readonly presenter: TicketPresenter,
    private readonly scans: FileScans,
    private readonly clock: Clock,
    private readonly database: Database,
  ) {}

  /** The next tickets after `after` (null: the first ones), in the order of their numbers; none at the end. */
  async page(
    tx: Tx,
    sight: Sight,
    selection: TicketSelection,
    after: string | null,
    limit: number,
  ): Promise<TicketDto[]> {
    const rows = await this.stores.views.page(tx, sight, selection, after, limit);
    const named = rows.flatMap(({ marks }) => aboutTicket(marks) ?? []);
    const restricted = await ticketsOutOfSight(tx, sight, named);
    return rows.map((row) => this.presenter.present(row, restricted));
  }

  /** The conversations of these tickets. What names a ticket out of sight is withheld, as for a reader (D20). */
  async *messages(
    tx: Tx,
    sight: Sight,
    protocols: readonly string[],
  ): AsyncGenerator<ExportedMessage> {
    const { conversations } = this.stores;
    const restricted = await conversations.linksOutOfSight(tx, sight, protocols);
    for (let after: ExportedMessageRow | null = null; ;) {
      const rows: ExportedMessageRow[] = await conversations.exported(
        tx,
        protocols,
        after,
        MESSAGES,
      );
      for (const row of rows) yield this.exported(row, restricted.get(row.protocol) ?? []);
      after = rows.at(-1) ?? null;
      if (rows.length < MESSAGES) return;
    }
  }

  async history(
    tx: Tx,
    sight: Sight,
    protocols: readonly string[],
  ): Promise<(HistoryEntryDto & { readonly protocol: string })[]> {
    const { views, conversations } = this.stores;
    const restricted = await conversations.linksOutOfSight(tx, sight, protocols);
    const rows = await views.historyOf(tx, protocols);
    return rows.map(({ protocol, ...row }) => ({
      protocol,
      ...presentHistory(row, restricted.get(protocol) ?? []),
    }));
  }

  /** D20: the tickets' people read in them that the operator took them out, and why. Before anything is given out. */
  async recordLook(protocols: readonly string[], reason: string): Promise<void> {
    if (protocols.length === 0) return;
    const at = this.clock.now();
    await this.database.inTransaction((tx) => this.stores.record.append(tx, protocols, reason, at));
  }

  private exported(row: ExportedMessageRow, restricted: readonly string[]): ExportedMessage {
    const cautionOf: FileScans['cautionOf'] = (scan) => this.scans.cautionOf(scan);
    const message = presentMessage(row, { restricted, cautionOf });
    const held = new Set(message.attachments.filter((file) => file.held).map(({ id }) => id));
    const { protocol, files, originalSha256 } = row;
    return {
      protocol,
      ...message,
      files: files.filter(({ id }) => !held.has(id)),
      originalSha256,
    };
  }
}
