import { Injectable } from '@nestjs/common';
import { newId, type Tx } from '../../../platform/index.js';
import type { Requester } from '../requesters.facade.js';

type RequesterRow = Requester & Record<string, unknown>;

const COLUMNS = `r.id, r.name, r.support_id as "supportId", r.access_email as "accessEmail", r.segment,
  r.identification_asked_at as "identificationAskedAt", r.feedback_asked_at as "feedbackAskedAt"`;
const ADDRESSES = `array(select a.address from requester_addresses a where a.requester_id = r.id order by a.added_at, a.address) as addresses`;

/** One round trip in the usual case, known or new: intake calls this for every message. */
const FIND_OR_CREATE = `
  with known as (
    select ${COLUMNS}, ${ADDRESSES}, 'known' as how
      from requester_addresses k join requesters r on r.id = k.requester_id where k.address = lower($1)
  ), made as (
    insert into requesters (id, name, created_at)
    select $2, $3, $4 where not exists (select 1 from known)
    returning *
  ), addressed as (
    insert into requester_addresses (address, requester_id, added_at)
    select lower($1), id, $4 from made
    on conflict (address) do nothing
    returning requester_id
  )
  select * from known
  union all
  select ${COLUMNS}, array[lower($1)],
         case when exists (select 1 from addressed) then 'made' else 'lost the race' end
    from made r`;

/** Requesters and their addresses. */
@Injectable()
export class RequestersStore {
  async findOrCreate(
    tx: Tx,
    who: { address: string; name: string; now: Date },
  ): Promise<Requester> {
    const [row] = await tx.query<RequesterRow & { how: string }>(FIND_OR_CREATE, [
      who.address,
      newId(),
      who.name,
      who.now,
    ]);
    if (row?.how === 'lost the race') {
      // Another transaction gave the address to its requester first; `on conflict` has waited for its commit.
      await tx.execute('delete from requesters where id = $1', [row.id]);
      return (await this.byAddress(tx, who.address))!;
    }
    const { how, ...requester } = row!;
    if (how === 'known' && requester.name === '' && who.name !== '') {
      await tx.execute(`update requesters set name = $2 where id = $1 and name = ''`, [
        requester.id,
        who.name,
      ]);
      return { ...requester, name: who.name };
    }
    return requester;
  }

  async byAddress(tx: Tx, address: string): Promise<Requester | null> {
    const [row] = await tx.query<RequesterRow>(
      `select ${COLUMNS}, ${ADDRESSES}
         from requester_addresses k join requesters r on r.id = k.requester_id where k.address = lower($1)`,
      [address],
    );
    return row ?? null;
  }

  async byId(tx: Tx, id: string): Promise<Requester | null> {
    const [row] = await tx.query<RequesterRow>(
      `select ${COLUMNS}, ${ADDRESSES} from requesters r where r.id = $1`,
      [id],
    );
    return row ?? null;
  }

  /** Fills only what is empty: what is known is changed by people. */
  async learnIdentification(
    tx: Tx,
    id: string,
    found: { supportId: string | null; accessEmail: string | null; source: string },
  ): Promise<void> {
    await tx.execute(
      `update requesters set
         support_id = coalesce(support_id, $2),
         support_id_source = case when support_id is null and $2::text is not null then $4 else support_id_source end,
         access_email = coalesce(access_email, $3),
         access_email_source = case when access_email is null and $3::text is not null then $4 else access_email_source end
       where id = $1`,
      [id, found.supportId, found.accessEmail, found.source],
    );
  }

  async markIdentificationAsked(tx: Tx, id: string, now: Date): Promise<boolean> {
    const marked = await tx.execute(
      'update requesters set identification_asked_at = $2 where id = $1 and identification_asked_at is null',
      [id, now],
    );
    return marked === 1;
  }

  async markFeedbackAsked(tx: Tx, id: string, now: Date): Promise<boolean> {
    const marked = await tx.execute(
      `update requesters set feedback_asked_at = $2
        where id = $1 and feedback_unsubscribed_at is null
          and (feedback_asked_at is null or feedback_asked_at <= $2::timestamptz - interval '30 days')`,
      [id, now],
    );
    return marked === 1;
  }
}
