import { decodeCursor, encodeCursor, type Page } from '../../../platform/http/index.js';
import { AppError } from '../../../platform/index.js';
import type { PortalStore, PortalTicket } from '../store/portal.store.js';

/** One page of Meus chamados; AppError `validation_failed` for a cursor that is not ours. */
export async function readPage(
  store: PortalStore,
  address: string,
  cursor: string | undefined,
  limit: number,
): Promise<Page<PortalTicket>> {
  const rows = await store.ticketsOf(
    address,
    limit + 1,
    cursor === undefined ? null : keyOf(cursor),
  );
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    items,
    nextCursor: more ? encodeCursor([last.lastActivityAt.toISOString(), last.protocol]) : null,
  };
}

function keyOf(cursor: string): { lastActivityAt: string; protocol: string } {
  const [at, protocol] = decodeCursor(cursor, 2);
  if (typeof at === 'string' && typeof protocol === 'string') {
    if (!Number.isNaN(Date.parse(at)) && /^\d{1,18}$/.test(protocol))
      return { lastActivityAt: at, protocol };
  }
  throw new AppError('validation_failed', {
    fields: [{ path: 'cursor', reason: 'is not a cursor of this list' }],
  });
}
