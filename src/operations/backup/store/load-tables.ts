import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { OperatorError } from '../../../platform/index.js';
import {
  refuseUnfinishedRestore,
  UNFINISHED_RESTORE,
} from '../../../platform/database/unfinished-restore.js';
import type { BackupManifest } from '../manifest.js';
import { quoted } from './snapshot.js';

/** Read by agents at the ticket. */
const UNKNOWN_REASON =
  'Não se sabe se a mensagem saiu: ela esperava quando foi feito o backup que foi restaurado. Procure-a na pasta de enviados antes de enviar de novo.';

/** What a restored database must not do by itself. */
export interface AfterRestore {
  /** When the restore is done: what arrived before may have been answered by the helpdesk that was lost. */
  readonly now: Date;
  /** Protocols that are passed over, because the lost helpdesk may have told them to customers. */
  readonly skippedProtocols: number;
}

/** The database that is to be restored into. */
export class TargetDatabase {
  private constructor(private readonly client: Client) {}

  static async open(databaseUrl: string): Promise<TargetDatabase> {
    const client = new Client({ connectionString: databaseUrl });
    client.on('error', () => undefined);
    await client.connect();
    return new TargetDatabase(client);
  }

  /** How many other connections work on this database. */
  async others(): Promise<number> {
    const { rows } = await this.client.query<{ count: number }>(
      `select count(*)::integer as count from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
    );
    return rows[0]!.count;
  }

  async isEmpty(): Promise<boolean> {
    const { rows } = await this.client.query(
      `select 1 from pg_class where relkind in ('r', 'v', 'S') and relnamespace = current_schema()::regnamespace
          and relname <> $1 limit 1`,
      [UNFINISHED_RESTORE],
    );
    return rows.length === 0;
  }

  /** Throws OperatorError where an earlier restore has not ended. */
  async refuseUnfinished(): Promise<void> {
    await refuseUnfinishedRestore(this.client);
  }

  /** Everything in the schema goes, and with it comes the mark that keeps everybody else away until `load` is done. */
  async clear(): Promise<void> {
    const { rows } = await this.client.query<{ name: string; kind: 'v' | 'r' | 'S' }>(
      `select relname as name, relkind as kind from pg_class
        where relkind in ('v', 'r', 'S') and relnamespace = current_schema()::regnamespace and relname <> $1
        order by array_position('{v,r,S}'::text[], relkind::text)`,
      [UNFINISHED_RESTORE],
    );
    const kinds = { v: 'view', r: 'table', S: 'sequence' } as const;
    await this.client.query('begin');
    await this.client.query(
      `create table if not exists ${UNFINISHED_RESTORE} (began_at timestamptz not null default now())`,
    );
    for (const { name, kind } of rows) {
      await this.client.query(`drop ${kinds[kind]} if exists ${quoted(name)} cascade`);
    }
    await this.client.query('commit');
  }

  /**
   * All rows and what must be done to them, in one transaction: a helpdesk that starts sees everything or nothing.
   * Foreign keys are taken off and put on again at the end, which checks every one of them. The mark of `clear` goes.
   */
  async load(
    manifest: BackupManifest,
    read: (file: string) => Readable,
    after: AfterRestore,
  ): Promise<void> {
    await this.client.query('begin');
    try {
      await this.client.query(`drop table ${UNFINISHED_RESTORE}`);
      const keys = await this.takeOffForeignKeys();
      const { rows } = await this.client.query<{ name: string }>(
        `select relname as name from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace`,
      );
      await this.client.query(`truncate ${rows.map(({ name }) => quoted(name)).join(', ')}`);
      for (const table of manifest.tables) await this.loadTable(table, read(table.file));
      for (const { name, lastValue, isCalled } of manifest.sequences) {
        await this.client.query('select setval($1::regclass, $2, $3)', [
          quoted(name),
          lastValue,
          isCalled,
        ]);
      }
      for (const statement of keys) await this.client.query(statement);
      await this.makeHarmless(manifest.takenAt, after);
      await this.client.query('commit');
    } catch (error) {
      await this.client.query('rollback').catch(() => undefined);
      throw error;
    }
    await this.client.query('analyze');
  }

  /** What a restore does to rows, for a database that was brought back by other means. Once a restore. */
  async settle(takenAt: string, after: AfterRestore): Promise<void> {
    await this.client.query('begin');
    try {
      await this.client.query('truncate leases');
      await this.makeHarmless(takenAt, after);
      await this.client.query('commit');
    } catch (error) {
      await this.client.query('rollback').catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }

  /** Returns the statements that put them on again. */
  private async takeOffForeignKeys(): Promise<string[]> {
    const { rows } = await this.client.query<{ drop: string; add: string }>(
      `select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
              format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as add
         from pg_constraint where contype = 'f' and connamespace = current_schema()::regnamespace`,
    );
    for (const { drop } of rows) await this.client.query(drop);
    return rows.map(({ add }) => add);
  }

  private async loadTable(
    { name, columns, rows }: BackupManifest['tables'][number],
    data: Readable,
  ): Promise<void> {
    const into = this.client.query(
      copyFrom(`copy ${quoted(name)} (${columns.map(quoted).join(', ')}) from stdin`),
    );
    await pipeline(data, createGunzip(), into);
    if (into.rowCount !== rows) {
      throw new OperatorError(
        `The backup is damaged: ${name} has ${into.rowCount} rows instead of ${rows}.`,
      );
    }
  }

  /** Nobody is answered twice: what may have left does not leave again, and nothing automatic leaves by itself. */
  private async makeHarmless(
    takenAt: string,
    { now, skippedProtocols }: AfterRestore,
  ): Promise<void> {
    await this.client.query(
      `update outbox set state = 'unknown', state_reason = $1, claimed_by = null, claimed_at = null, version = version + 1
        where state in ('queued', 'held', 'sending')`,
      [UNKNOWN_REASON],
    );
    await this.client.query(
      `insert into automation_pauses (mailbox_key, reason, paused_by, paused_at) values (null, $1, 'restore', $2)
       on conflict (mailbox_key) do update set reason = excluded.reason, paused_by = excluded.paused_by,
         paused_at = excluded.paused_at`,
      [`restored from a backup of ${takenAt}`, now],
    );
    await this.client.query(
      `insert into alarms (key, severity, message, details, raised_at, last_seen_at)
       values ('automation.paused', 'warning', $1, $2, $3, $3)
       on conflict (key) do update set severity = excluded.severity, message = excluded.message, details = excluded.details,
         raised_at = excluded.raised_at, last_seen_at = excluded.last_seen_at, cleared_at = null`,
      [
        `Automatic mail of all mailboxes is paused (restored from a backup of ${takenAt}): reconcile the mailboxes, then "automation resume --waiting cancel".`,
        JSON.stringify({ takenAt }),
        now,
      ],
    );
    await this.client.query(
      `select setval('ticket_protocol', last_value + $1, is_called) from ticket_protocol`,
      [skippedProtocols],
    );
  }
}
