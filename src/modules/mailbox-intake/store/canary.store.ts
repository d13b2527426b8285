import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../../platform/index.js';
import type { CanaryStanding } from '../domain/canary.js';

/** The `canaries` table: a row for every probe, kept like the intake's own. */
@Injectable()
export class CanaryStore {
  constructor(private readonly database: Database) {}

  /** Written before the probe leaves: one that comes back at once is known. */
  async sending(mailboxKey: string, nonce: string, now: Date): Promise<void> {
    await this.database.inTransaction((tx) =>
      tx.execute('insert into canaries (mailbox_key, nonce, sent_at) values ($1, $2, $3)', [
        mailboxKey,
        nonce,
        now,
      ]),
    );
  }

  /** What SMTP said: `acceptedAt`, or the error. */
  async answered(nonce: string, acceptedAt: Date | null, error: string | null): Promise<void> {
    await this.database.inTransaction((tx) =>
      tx.execute('update canaries set accepted_at = $2, error = $3 where nonce = $1', [
        nonce,
        acceptedAt,
        error,
      ]),
    );
  }

  /**
   * The probe that this message of the mailbox is the return of: sent since `since`, and not seen before but as this very
   * message (a replay, at any time). Null: not ours, or used up.
   */
  async claimable(
    tx: Tx,
    message: { readonly id: string; readonly mailboxKey: string },
    nonce: string,
    since: Date,
  ): Promise<string | null> {
    const [row] = await tx.query<{ id: string }>(
      `select id from canaries
        where nonce = $1 and mailbox_key = $2
          and (intake_id = $3 or (intake_id is null and sent_at >= $4)) for update`,
      [nonce, message.mailboxKey, message.id, since],
    );
    return row?.id ?? null;
  }

  /** The probe is back as this message. Doing it again changes nothing. */
  async recognised(tx: Tx, canaryId: string, intakeId: string, now: Date): Promise<void> {
    await tx.execute(
      `update canaries c set intake_id = i.id, arrived_in = i.folder_role, recorded_at = i.fetched_at, recognised_at = $3
         from intake i where c.id = $1 and i.id = $2 and c.intake_id is null`,
      [canaryId, intakeId, now],
    );
  }

  /** How the probes of these mailboxes stand. */
  async standings(mailboxKeys: readonly string[]): Promise<CanaryStanding[]> {
    return this.database.query<CanaryStanding & Record<string, unknown>>(
      `select m.key as "mailboxKey", last.sent_at as "lastSentAt", back.arrived_in as "arrivedIn",
              waiting.sent_at as "waitingSince", waiting.accepted_at is not null as "accepted", waiting.error,
              exists (select 1 from mailbox_cursors r where r.mailbox_key = m.key and r.start_at is null) as watched
         from unnest($1::text[]) as m (key)
         left join lateral (select sent_at from canaries c where c.mailbox_key = m.key
                             order by sent_at desc limit 1) last on true
         left join lateral (select sent_at, arrived_in from canaries c
                             where c.mailbox_key = m.key and recognised_at is not null
                             order by sent_at desc limit 1) back on true
         left join lateral (select sent_at, accepted_at, error from canaries c
                             where c.mailbox_key = m.key and recognised_at is null
                               and sent_at > coalesce(back.sent_at, '-infinity')
                             order by sent_at limit 1) waiting on true`,
      [mailboxKeys],
    );
  }
}
