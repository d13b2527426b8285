import type { Database, Tx } from '../../platform/index.js';
import type { HelpdeskConfig } from '../helpdesk-config.js';

/** Every key that was ever configured, with what stays true of it when the file no longer names it. */
export interface ConfiguredKeys {
  readonly queues: readonly { key: string; name: string; private: boolean; retired: boolean }[];
  readonly reasons: readonly { key: string; label: string; queue: string; retired: boolean }[];
  readonly mailboxes: readonly { key: string; address: string; retired: boolean }[];
}

/** The mirror of the keys in tables, so that rows can point at them: keys are retired, never deleted. */
export class ConfiguredKeysStore {
  async all(reader: Tx | Database): Promise<ConfiguredKeys> {
    return {
      queues: await reader.query(
        `select key, name, private, retired_at is not null as retired from queues order by key`,
      ),
      reasons: await reader.query(
        `select key, label, queue_key as queue, retired_at is not null as retired from reasons order by key`,
      ),
      mailboxes: await reader.query(
        `select key, address, retired_at is not null as retired from mailboxes order by key`,
      ),
    };
  }

  /** Makes the tables say what `config` says; a key that it does not name is retired at `now`. */
  async mirror(tx: Tx, config: HelpdeskConfig, now: Date): Promise<void> {
    const queues = Object.entries(config.queues);
    await tx.query(
      `insert into queues as q (key, name, private, retired_at)
       select key, name, private, case when retired then $5::timestamptz end
         from unnest($1::text[], $2::text[], $3::boolean[], $4::boolean[]) as f (key, name, private, retired)
       on conflict (key) do update set name = excluded.name, private = excluded.private,
         retired_at = case when excluded.retired_at is null then null else coalesce(q.retired_at, excluded.retired_at) end`,
      [
        queues.map(([key]) => key),
        queues.map(([, queue]) => queue.name),
        queues.map(([, queue]) => queue.private),
        queues.map(([, queue]) => queue.retired),
        now,
      ],
    );
    await this.mirrorReasons(tx, config, now);
    await this.mirrorMailboxes(tx, config, now);
    await tx.query(
      `update queues set retired_at = $2 where retired_at is null and key <> all ($1::text[])`,
      [queues.map(([key]) => key), now],
    );
  }

  private async mirrorReasons(tx: Tx, config: HelpdeskConfig, now: Date): Promise<void> {
    const reasons = Object.entries(config.reasons);
    await tx.query(
      `insert into reasons as r (key, label, queue_key, retired_at)
       select key, label, queue, case when retired then $5::timestamptz end
         from unnest($1::text[], $2::text[], $3::text[], $4::boolean[]) as f (key, label, queue, retired)
       on conflict (key) do update set label = excluded.label, queue_key = excluded.queue_key,
         retired_at = case when excluded.retired_at is null then null else coalesce(r.retired_at, excluded.retired_at) end`,
      [
        reasons.map(([key]) => key),
        reasons.map(([, reason]) => reason.label),
        reasons.map(([, reason]) => reason.queue),
        reasons.map(([, reason]) => reason.retired),
        now,
      ],
    );
    await tx.query(
      `update reasons set retired_at = $2 where retired_at is null and key <> all ($1::text[])`,
      [reasons.map(([key]) => key), now],
    );
  }

  private async mirrorMailboxes(tx: Tx, config: HelpdeskConfig, now: Date): Promise<void> {
    const mailboxes = Object.entries(config.mailboxes);
    await tx.query(
      `insert into mailboxes as m (key, address, queue_key, retired_at)
       select key, address, queue, case when retired then $5::timestamptz end
         from unnest($1::text[], $2::text[], $3::text[], $4::boolean[]) as f (key, address, queue, retired)
       on conflict (key) do update set address = excluded.address, queue_key = excluded.queue_key,
         retired_at = case when excluded.retired_at is null then null else coalesce(m.retired_at, excluded.retired_at) end`,
      [
        mailboxes.map(([key]) => key),
        mailboxes.map(([, mailbox]) => mailbox.address),
        mailboxes.map(([, mailbox]) => mailbox.queue),
        mailboxes.map(([, mailbox]) => mailbox.retired),
        now,
      ],
    );
    await tx.query(
      `update mailboxes set retired_at = $2 where retired_at is null and key <> all ($1::text[])`,
      [mailboxes.map(([key]) => key), now],
    );
  }
}
