import { Injectable } from '@nestjs/common';
import { newId, type Tx } from '../../../platform/index.js';

/** A record as merging and splitting see it, locked. */
export interface LockedRequester {
  readonly id: string;
  readonly name: string;
  readonly mergedInto: string | null;
  readonly addresses: readonly string[];
}

/** Who did it, and when. */
export interface ChangedBy {
  readonly agentId: string;
  readonly at: Date;
}

/** Statements of merging and splitting requesters. */
@Injectable()
export class RequesterChangesStore {
  /** In the order of the ids: two agents who merge the same people wait for each other. Unknown ids are missing. */
  async lock(tx: Tx, ids: readonly string[]): Promise<Map<string, LockedRequester>> {
    const rows = await tx.query<LockedRequester & Record<string, unknown>>(
      `with r as (select * from requesters where id = any($1::uuid[]) order by id for update)
       select r.id, r.name, r.merged_into as "mergedInto",
              array(select a.address from requester_addresses a where a.requester_id = r.id
                     order by a.added_at, a.address) as addresses
         from r`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** `into` gets the addresses, and of the rest what it lacks; once asked is asked, and who unsubscribed stays so (D7, D12). */
  async merge(tx: Tx, from: LockedRequester, into: string, by: ChangedBy): Promise<void> {
    await tx.execute('update requester_addresses set requester_id = $2 where requester_id = $1', [
      from.id,
      into,
    ]);
    await tx.execute(
      `update requesters i set
         name = case when i.name = '' then f.name else i.name end,
         support_id = coalesce(i.support_id, f.support_id),
         support_id_source = case when i.support_id is null then f.support_id_source else i.support_id_source end,
         access_email = coalesce(i.access_email, f.access_email),
         access_email_source = case when i.access_email is null then f.access_email_source else i.access_email_source end,
         segment = case when 'partner' in (i.segment, f.segment) then 'partner' else i.segment end,
         entitlements = case when i.entitlements = '[]'::jsonb then f.entitlements else i.entitlements end,
         created_at = least(i.created_at, f.created_at),
         identification_asked_at = least(i.identification_asked_at, f.identification_asked_at),
         feedback_asked_at = greatest(i.feedback_asked_at, f.feedback_asked_at),
         feedback_unsubscribed_at = least(i.feedback_unsubscribed_at, f.feedback_unsubscribed_at)
        from requesters f where i.id = $2 and f.id = $1`,
      [from.id, into],
    );
    await tx.execute('update requesters set merged_into = $2 where id = $1 or merged_into = $1', [
      from.id,
      into,
    ]);
    await this.note(tx, 'merged', into, from.id, from.addresses, by);
  }

  /** A new record with these addresses; returns its id. */
  async split(
    tx: Tx,
    from: LockedRequester,
    addresses: readonly string[],
    name: string,
    by: ChangedBy,
  ): Promise<string> {
    const id = newId();
    await tx.execute('insert into requesters (id, name, created_at) values ($1, $2, $3)', [
      id,
      name,
      by.at,
    ]);
    await tx.execute(
      'update requester_addresses set requester_id = $2 where requester_id = $1 and address = any($3::text[])',
      [from.id, id, addresses],
    );
    await this.note(tx, 'split', from.id, id, addresses, by);
    return id;
  }

  private async note(
    tx: Tx,
    action: 'merged' | 'split',
    requesterId: string,
    otherId: string,
    addresses: readonly string[],
    by: ChangedBy,
  ): Promise<void> {
    await tx.execute(
      `insert into requester_changes (requester_id, other_id, at, agent_id, action, addresses)
       values ($1, $2, $3, $4, $5, $6)`,
      [requesterId, otherId, by.at, by.agentId, action, addresses],
    );
  }
}
