import { decodeInstantCursor, encodeCursor, type Page } from '../../../platform/http/index.js';
import type { PortalVisit } from '../../tickets/index.js';
import type { PortalStore, PortalTicket } from '../store/portal.store.js';

/** One page of Meus chamados; AppError `validation_failed` for a cursor that is not ours. */
export async function readPage(
  store: PortalStore,
  visit: PortalVisit,
  cursor: string | undefined,
  limit: number,
): Promise<Page<PortalTicket>> {
  const before = cursor === undefined ? null : decodeInstantCursor(cursor);
  const rows = await store.ticketsOf(
    visit,
    limit + 1,
    before === null ? null : { lastActivityAt: before.at, protocol: before.id },
  );
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    items,
    nextCursor: more ? encodeCursor([last.lastActivityAt.toISOString(), last.protocol]) : null,
  };
}
