import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/index.js';
import type { HoldReason } from '../domain/loop-guard.js';

/** A text that a correspondent sent, to be counted. */
export interface HeardBody {
  readonly mailboxKey: string;
  readonly correspondent: string;
  readonly body: Buffer;
  readonly hour: Date;
  /** How far back texts are counted and automatic mail to the correspondent is looked at. */
  readonly since: Date;
}

/** Texts heard side by side are counted in one statement; the counter's row makes several workers agree. */
const HEAR = `with r as (
    select n, mailbox_key, correspondent, decode(body, 'hex') as body, hour, since
      from jsonb_to_recordset($1::jsonb) as r (n integer, mailbox_key text, correspondent text, body text,
        hour timestamptz, since timestamptz)
  ), counted as (
    insert into correspondent_bodies as b (mailbox_key, correspondent, body, hour, count)
    select mailbox_key, correspondent, body, hour, count(*) from r group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict on constraint pk_correspondent_bodies do update set count = b.count + excluded.count
    returning mailbox_key, correspondent, body, hour, count)
  select r.n, c.count + coalesce((select sum(b.count) from correspondent_bodies b
                where b.mailbox_key = r.mailbox_key and b.correspondent = r.correspondent and b.body = r.body
                  and b.hour < r.hour and b.hour > r.since), 0)::integer as count,
         array(select left(o.body_text, 20000) from outbox o
                where o.automatic and o.primary_recipient = r.correspondent and o.created_at > r.since
                order by o.created_at desc limit 3) as sent
    from r join counted c using (mailbox_key, correspondent, body, hour)`;

/** What keeps automatic mail from going round in circles, as rows (D21). */
@Injectable()
export class LoopGuardStore {
  /** How often the text was heard since, this time included, and the newest automatic mails to its sender. */
  async hear(tx: Tx, heard: HeardBody): Promise<{ count: number; sent: string[] }> {
    const [row] = await tx.gather<{ count: number; sent: string[] }>(HEAR, {
      mailbox_key: heard.mailboxKey,
      correspondent: heard.correspondent,
      body: heard.body.toString('hex'),
      hour: heard.hour,
      since: heard.since,
    });
    return row!;
  }

  /** Holds, or holds longer. */
  async hold(
    tx: Tx,
    hold: { mailboxKey: string; correspondent: string; reason: HoldReason; at: Date; until: Date },
  ): Promise<void> {
    await tx.execute(
      `insert into automatic_holds as h (mailbox_key, correspondent, held_at, held_until, reason)
       values ($1, $2, $3, $4, $5)
       on conflict on constraint pk_automatic_holds do update
         set held_until = greatest(h.held_until, excluded.held_until), reason = excluded.reason,
             held_at = case when h.held_until > excluded.held_at then h.held_at else excluded.held_at end`,
      [hold.mailboxKey, hold.correspondent, hold.at, hold.until, hold.reason],
    );
  }

  async mailboxesWithHolds(tx: Tx): Promise<string[]> {
    const rows = await tx.query<{ mailboxKey: string }>(
      'select distinct mailbox_key as "mailboxKey" from automatic_holds',
    );
    return rows.map(({ mailboxKey }) => mailboxKey);
  }

  /** Forgets what can decide nothing any more. */
  async forgetOld(tx: Tx, before: Date, now: Date): Promise<void> {
    await tx.execute('delete from automatic_budgets where hour < $1', [before]);
    await tx.execute('delete from correspondent_bodies where hour < $1', [before]);
    await tx.execute('delete from automatic_holds where held_until < $1', [now]);
  }
}
