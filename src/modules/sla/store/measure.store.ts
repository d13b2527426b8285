import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/index.js';
import { WHOSE_AT_ITS_END } from './clock.store.js';

/** A stretch of time and the calendar version that it is measured by. */
export interface Stretch {
  readonly from: Date;
  readonly to: Date;
  readonly calendarVersionId: string;
  readonly pauses: readonly { readonly from: string; readonly to: string | null }[];
}

type Row<Shape> = Shape & Record<string, unknown>;

/** What is measured once, when it ends, so that reports are sums. */
@Injectable()
export class MeasureStore {
  /** From the ticket's receipt to `at`, by the calendar version of its first clock; null where it never had one. */
  async untilResolved(tx: Tx, ticketId: string, at: Date): Promise<Stretch | null> {
    const [row] = await tx.query<Row<Stretch>>(
      `select t.received_at as "from", $2::timestamptz as "to", c.calendar_version_id as "calendarVersionId", '[]'::jsonb as pauses
         from tickets t join clocks c on c.ticket_id = t.id where t.id = $1 order by c.id limit 1`,
      [ticketId, at],
    );
    return row ?? null;
  }

  /** One row a ticket: the last time counts. `businessMs` null where nothing was promised. */
  async writeResolution(
    tx: Tx,
    ticketId: string,
    resolution: { at: Date; businessMs: number | null },
  ): Promise<void> {
    await tx.execute(
      `insert into ticket_resolutions (ticket_id, resolved_at, business_ms, measured) values ($1, $2, $3, true)
       on conflict (ticket_id) do update
          set resolved_at = excluded.resolved_at, business_ms = excluded.business_ms, measured = true`,
      [ticketId, resolution.at, resolution.businessMs],
    );
  }

  /** Clocks that ended before anybody measured them, locked; few or none since. */
  unmeasuredClocks(tx: Tx, limit: number): Promise<(Stretch & { readonly id: string })[]> {
    return tx.query<Row<Stretch & { id: string }>>(
      `select id, started_at as "from", ended_at as "to", calendar_version_id as "calendarVersionId", pauses
         from clocks where ended_at is not null and business_ms is null
        order by id limit $1 for update skip locked`,
      [limit],
    );
  }

  async writeClocks(
    tx: Tx,
    measured: readonly { readonly id: string; readonly businessMs: number }[],
  ): Promise<void> {
    await tx.execute(
      `update clocks c set business_ms = v.ms, ${WHOSE_AT_ITS_END}
         from unnest($1::bigint[], $2::bigint[]) v (id, ms)
         join clocks k on k.id = v.id join tickets t on t.id = k.ticket_id
         left join messages m on m.id = k.ended_by_message_id
        where c.id = v.id`,
      [measured.map(({ id }) => id), measured.map(({ businessMs }) => businessMs)],
    );
  }

  /** Tickets that were resolved before anybody measured it, locked: reopened ones have nothing to be measured. */
  async unmeasuredResolutions(
    tx: Tx,
    limit: number,
  ): Promise<{ readonly ticketId: string; readonly at: Date }[]> {
    return tx.query<Row<{ ticketId: string; at: Date }>>(
      `select ticket_id as "ticketId", resolved_at as at from ticket_resolutions where not measured
        order by ticket_id limit $1 for update skip locked`,
      [limit],
    );
  }
}
