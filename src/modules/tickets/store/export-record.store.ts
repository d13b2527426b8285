import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/index.js';

/** The operator's look into tickets of private queues (D20), on the tickets themselves: she is no agent. */
@Injectable()
export class ExportRecordStore {
  /** An entry in the history and in the conversation of each ticket. Nothing that anybody else is told of. */
  async append(tx: Tx, protocols: readonly string[], reason: string, at: Date): Promise<void> {
    await tx.execute(
      `with h as (
         insert into ticket_history (ticket_id, at, actor_kind, action, after)
         select t.id, $2, 'operator', 'broke_glass', jsonb_build_object('reason', $3::text, 'by', 'export')
           from tickets t where t.id = any($1::bigint[]) order by t.id)
       insert into messages (ticket_id, kind, author_kind, body_text, visible_text, details, created_at)
       select t.id, 'event', 'system', x.text, x.text, '{"what": "broke_glass", "by": "export"}', $2
         from tickets t, (select 'A operação exportou este chamado: ' || $3::text as text) x
        where t.id = any($1::bigint[]) order by t.id`,
      [protocols, at, reason],
    );
  }
}
