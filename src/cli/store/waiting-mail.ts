import type { Tx } from '../../platform/index.js';

/** Read by agents at the ticket. */
const REASON =
  'Cancelada depois de uma restauração: trata do que chegou antes dela e pode já ter saído.';

/**
 * Cancels automatic mail that waits and is about what arrived before a restore: the helpdesk that was lost may have sent
 * it. What people have caused since, and what has arrived since, stays. Returns how many.
 */
export async function cancelWaitingMail(tx: Tx, restoredAt: Date): Promise<number> {
  return tx.execute(
    `update outbox o set state = 'cancelled', state_reason = $2, version = version + 1
      where o.automatic and o.state in ('queued', 'held')
        and (o.kind not in ('escalation', 'resolved') or o.created_at < $1)
        and not exists (select 1 from tickets t where t.id = o.ticket_id and t.received_at >= $1)`,
    [restoredAt, REASON],
  );
}
