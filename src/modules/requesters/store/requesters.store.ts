import { Injectable } from '@nestjs/common';
import { newId, type Tx } from '../../../platform/index.js';
import type { Requester } from '../requesters.facade.js';

type RequesterRow = Requester & Record<string, unknown>;

const COLUMNS = `r.id, r.name, r.support_id as "supportId", r.access_email as "accessEmail", r.segment,
  r.identification_asked_at as "identificationAskedAt", r.feedback_asked_at as "feedbackAskedAt"`;
const ADDRESSES = `array(select a.address from requester_addresses a where a.requester_id = r.id order by a.added_at, a.address) as addresses`;

/**
 * One round trip in the usual case, known or new, for all messages that are acted upon side by side. Addresses go in by
 * order: two transactions that make the same ones wait for each other and never deadlock.
 */
const FIND_OR_CREATE = `
  with wanted as (
    select n, lower(address) as address, id, name, now
      from jsonb_to_recordset($1::jsonb) as w (n integer, address text, id uuid, name text, now timestamptz)
  ), known as (
    select w.n, ${COLUMNS}, ${ADDRESSES}, 'known' as how
      from wanted w join requester_addresses k on k.address = w.address join requesters r on r.id = k.requester_id
  ), firsts as (
    select distinct on (address) * from wanted where n not in (select n from known) order by address, n
  ), made as (
    insert into requesters (id, name, created_at) select id, name, now from firsts order by address returning *
  ), addressed as (
    insert into requester_addresses (address, requester_id, added_at)
    select address, id, now from firsts order by address
    on conflict (address) do nothing
    returning address
  )
  select * from known
  union all
  select w.n, ${COLUMNS}, array[w.address],
         case when exists (select 1 from addressed a where a.address = w.address) then 'made' else 'lost the race' end
    from wanted w join firsts f on f.address = w.address join made r on r.id = f.id`;

const MARK_IDENTIFICATION_ASKED = `
  update requesters r set identification_asked_at = a.now
    from jsonb_to_recordset($1::jsonb) as a (n integer, id uuid, now timestamptz)
   where r.id = a.id and r.identification_asked_at is null
  returning a.n`;

/** Requesters and their addresses. */
@Injectable()
export class RequestersStore {
  async findOrCreate(
    tx: Tx,
    who: { address: string; name: string; now: Date },
  ): Promise<Requester> {
    const [row] = await tx.gather<RequesterRow & { how: string }>(FIND_OR_CREATE, {
      address: who.address,
      id: newId(),
      name: who.name,
      now: who.now,
    });
    if (row?.how === 'lost the race') {
      // Another transaction gave the address to its requester first; `on conflict` has waited for its commit.
      await tx.execute(
        'delete from requesters r where id = $1 and not exists (select 1 from requester_addresses a where a.requester_id = r.id)',
        [row.id],
      );
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

  /** Somebody of whom only the name is known (a call). */
  async createNamed(tx: Tx, who: { name: string; now: Date }): Promise<Requester> {
    const id = newId();
    await tx.execute('insert into requesters (id, name, created_at) values ($1, $2, $3)', [
      id,
      who.name,
      who.now,
    ]);
    return (await this.byId(tx, id))!;
  }

  async rename(tx: Tx, id: string, name: string): Promise<string> {
    const [row] = await tx.query<{ name: string }>(
      'select name from requesters where id = $1 for update',
      [id],
    );
    if (row!.name !== name) {
      await tx.execute('update requesters set name = $2 where id = $1', [id, name]);
    }
    return row!.name;
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
    return (await tx.gather(MARK_IDENTIFICATION_ASKED, { id, now })).length === 1;
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
