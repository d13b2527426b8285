import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/index.js';

/** Which tickets hold content that a virus was found in. */
@Injectable()
export class InfectedFileStore {
  /**
   * Tickets with the content as a file or as an original, and the names of the files; without those that say so already
   * (`details.virusIn` of an event).
   */
  untold(tx: Tx, sha256: string): Promise<{ ticketId: string; filenames: string[] }[]> {
    return tx.query<{ ticketId: string; filenames: string[] }>(
      `with held as (
         select m.ticket_id, f.filename from attachments f join messages m on m.id = f.message_id
          where f.sha256 = decode($1, 'hex')
         union all
         select m.ticket_id, null from intake i join messages m on m.intake_id = i.id where i.sha256 = decode($1, 'hex'))
       select h.ticket_id as "ticketId",
              coalesce(array_agg(distinct h.filename) filter (where h.filename is not null), '{}') as filenames
         from held h
        where not exists (select from messages e where e.ticket_id = h.ticket_id and e.kind = 'event'
                            and e.details->>'virusIn' = $1)
        group by h.ticket_id order by h.ticket_id`,
      [sha256],
    );
  }
}
