import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/index.js';
import type { TicketForJoining } from '../tickets.facade.js';

const FOR_JOINING = `
with t as (select * from tickets where id = $1 for no key update)
select t.id as "ticketId", t.status, t.queue_key as "queueKey", t.mailbox_key as "mailboxKey",
       t.resolved_at as "resolvedAt", t.merged_into as "mergedInto",
       array(select p.address from ticket_participants p where p.ticket_id = t.id) as participants,
       array(select p.address from ticket_participants p where p.ticket_id = t.id and p.role = 'outsider') as outsiders,
       (select f.id from tickets f where f.follow_up_of = t.id and f.status <> 'resolved'
         order by f.id desc limit 1) as "openFollowUp"
  from t`;

/** What intake asks before it decides where a message goes. */
@Injectable()
export class JoiningStore {
  async forJoining(tx: Tx, ticketId: string): Promise<TicketForJoining | null> {
    const [row] = await tx.query<TicketForJoining & Record<string, unknown>>(FOR_JOINING, [
      ticketId,
    ]);
    return row ?? null;
  }
}
