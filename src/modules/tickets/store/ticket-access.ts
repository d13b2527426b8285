import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../queues/index.js';
import { CurrentConfig } from '../../../config/index.js';
import { AppError, type Database, type Tx } from '../../../platform/index.js';
import { TicketStore, type TicketRow } from './ticket.store.js';

/** What an agent may see is cut by queue (D20); whoever may not see a ticket is told that there is none (404). */
@Injectable()
export class TicketAccess {
  constructor(
    private readonly tickets: TicketStore,
    private readonly config: CurrentConfig,
  ) {}

  /** The ticket, locked, if the caller may work on it; AppError `not_found` otherwise. Looking by break-glass is not working. */
  async toChange(tx: Tx, scope: AccessScope, protocol: string): Promise<TicketRow> {
    if (!isProtocol(protocol)) throw new AppError('not_found');
    const ticket = await this.tickets.lock(tx, protocol);
    if (ticket === null || !this.sees(scope, ticket)) throw new AppError('not_found');
    return ticket;
  }

  /** Member of the ticket's queue, or of the one it is escalated to, unless that would look into a private queue. */
  sees(scope: AccessScope, ticket: Pick<TicketRow, 'queueKey' | 'escalatedTo'>): boolean {
    if (scope.visibleQueues.includes(ticket.queueKey)) return true;
    return (
      ticket.escalatedTo !== null &&
      scope.visibleQueues.includes(ticket.escalatedTo) &&
      this.config.get().queues[ticket.queueKey]?.private !== true
    );
  }
}

/** What of a scope decides what is seen. */
export type Sight = Pick<AccessScope, 'visibleQueues' | 'breakGlassTickets'>;

/** Protocols are decimal without leading zeros; anything else names no ticket. */
export function isProtocol(text: string): boolean {
  return /^[1-9]\d{0,17}$/.test(text);
}

/**
 * The same rule for SQL: a condition on `tickets t`, with the visible queues as `$q` and single tickets seen by
 * break-glass as `$b` (text arrays).
 */
export function visibleSql(q: number, b: number): string {
  return `(t.queue_key = any($${q}::text[]) or t.id = any($${b}::bigint[])
    or (t.escalated_to = any($${q}::text[])
        and not (select v.private from queues v where v.key = t.queue_key)))`;
}

/** Those of `protocols` that are tickets which the reader may not see: what names them shows `RESTRICTED_LABEL` (D20). */
export async function ticketsOutOfSight(
  database: Pick<Database | Tx, 'query'>,
  scope: Sight,
  protocols: readonly string[],
): Promise<ReadonlySet<string>> {
  if (protocols.length === 0) return new Set();
  const rows = await database.query<{ id: string }>(
    `select t.id::text as id from tickets t where t.id = any($1::bigint[]) and not ${visibleSql(2, 3)}`,
    [protocols, scope.visibleQueues, scope.breakGlassTickets],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Whether the caller may read this ticket; AppError `not_found` otherwise. For reads outside a transaction. */
export async function requireReadable(
  database: Database,
  scope: AccessScope,
  protocol: string,
): Promise<void> {
  const rows = isProtocol(protocol)
    ? await database.query(`select 1 from tickets t where t.id = $1 and ${visibleSql(2, 3)}`, [
        protocol,
        scope.visibleQueues,
        scope.breakGlassTickets,
      ])
    : [];
  if (rows.length === 0) throw new AppError('not_found');
}
