import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/index.js';
import type { BlobRow } from './blob.store.js';

/** The `blobs` table as operators look at it: by pages of hashes, whatever its size. */
@Injectable()
export class StoredFilesStore {
  constructor(private readonly database: Database) {}

  /** Rows after `afterSha256`, in order of hash, without content. */
  async page(
    afterSha256: Buffer,
    limit: number,
    which: 'files' | 'contents',
  ): Promise<Omit<BlobRow, 'content'>[]> {
    const rows = await this.database.query<
      Omit<BlobRow, 'content' | 'sizeBytes'> & { size_bytes: string }
    >(
      `select sha256, size_bytes, location, key_id as "keyId" from blobs
        where sha256 > $1 and (location is not null) = $2 order by sha256 limit $3`,
      [afterSha256, which === 'files', limit],
    );
    return rows.map(({ size_bytes, ...row }) => ({ ...row, sizeBytes: Number(size_bytes) }));
  }

  /** Those of the files that a row names. */
  async named(locations: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ location: string }>(
      'select location from blobs where location = any($1)',
      [locations],
    );
    return new Set(rows.map(({ location }) => location));
  }

  /** By the database's clock. */
  async now(): Promise<Date> {
    const [row] = await this.database.query<{ now: Date }>('select clock_timestamp() as now');
    return row!.now;
  }

  /** How many rows `dropUnused` would drop, and how much content they hold. */
  async countUnused(recordedBefore: Date): Promise<{ rows: number; bytes: number }> {
    const [found] = await this.database.query<{ rows: string; bytes: string }>(
      `select count(*) as rows, coalesce(sum(b.size_bytes), 0) as bytes from blobs b
        where b.recorded_at < $1 and ${await this.unusedSql()}`,
      [recordedBefore],
    );
    return { rows: Number(found!.rows), bytes: Number(found!.bytes) };
  }

  /**
   * Drops rows at which nothing points and that were not put after `recordedBefore`, at most `limit`. A writer that puts
   * the same content at this moment waits for us and inserts it anew, or makes us wait and is seen.
   */
  async dropUnused(recordedBefore: Date, limit: number): Promise<{ rows: number; bytes: number }> {
    const unused = await this.unusedSql();
    const dropped = await this.database.inTransaction((tx) =>
      tx.query<{ size_bytes: string }>(
        `delete from blobs where sha256 in (
           select b.sha256 from blobs b where b.recorded_at < $1 and ${unused}
            order by b.sha256 limit $2 for update skip locked)
         and recorded_at < $1 returning size_bytes`,
        [recordedBefore, limit],
      ),
    );
    return {
      rows: dropped.length,
      bytes: dropped.reduce((sum, { size_bytes }) => sum + Number(size_bytes), 0),
    };
  }

  /** "Nothing points at b", by every foreign key there is: a table that comes later counts by itself. */
  private async unusedSql(): Promise<string> {
    const keys = await this.database.query<{ condition: string }>(
      `select format('not exists (select 1 from %s r where r.%I = b.sha256)', k.conrelid::regclass, a.attname) as condition
         from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
        where k.contype = 'f' and k.confrelid = 'blobs'::regclass order by 1`,
    );
    return keys.map(({ condition }) => condition).join(' and ');
  }
}
