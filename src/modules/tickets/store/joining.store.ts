import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/index.js';
import type { TicketForJoining } from '../tickets.facade.js';

const FOR_JOINING = `
with recursive t as (select * from tickets where id = $1 for no key update),
later as (
  select f.id, f.status, 1 as depth from tickets f where f.follow_up_of = $1
  union all
  select f.id, f.status, l.depth + 1 from later l join tickets f on f.follow_up_of = l.id where l.depth < 50
)
select t.id as "ticketId", t.status, t.queue_key as "queueKey", t.mailbox_key as "mailboxKey",
       t.resolved_at as "resolvedAt", t.merged_into as "mergedInto",
       array(select p.address from ticket_participants p where p.ticket_id = t.id
             union select a.address from requester_addresses a where a.requester_id = t.requester_id) as participants,
       array(select lower(x) from unnest(array[t.requester_address, t.reply_to_address]) x where x is not null
             union select a.address from requester_addresses a where a.requester_id = t.requester_id) as requesters,
       array(select p.address from ticket_participants p where p.ticket_id = t.id and p.role = 'outsider') as outsiders,
       array(select w.mailbox_key from tickets w where w.twin_group = t.twin_group and w.id <> t.id
                and w.status <> 'resolved' and w.mailbox_key is not null) as "twinMailboxes",
       (select l.id from later l where l.status <> 'resolved' order by l.id desc limit 1) as "openFollowUp"
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
