import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../../platform/index.js';

/** One blob as the table knows it. */
export interface BlobRow {
  readonly sha256: Buffer;
  /** Of the content, not of what is stored. */
  readonly sizeBytes: number;
  /** Sealed where `keyId` is given. */
  readonly content: Buffer | null;
  readonly location: string | null;
  readonly keyId: string | null;
}

/** A blob that is being put. */
export interface PutBlob extends BlobRow {
  /** Where its row may name a file that is lost: it names this one from now on. */
  readonly lost: string | null;
}

/** At most this much content travels in one statement: a parameter is held in memory on both sides. */
const STATEMENT_CONTENT_BYTES = 32 * 1024 * 1024;

/** The `blobs` table. */
@Injectable()
export class BlobTable {
  constructor(private readonly database: Database) {}

  /**
   * Inserts what is not there yet, in one statement (one per 32 MB of content). What is there already is locked until the
   * end of `tx`, so that nobody lets go of it meanwhile, and marked as put lately. Hashes and contents travel as two
   * binary parameters that PostgreSQL cuts up again: an array of bytea would go as hexadecimal text of twice the size.
   * Rows go in by order of hash, so that two transactions with the same blobs wait for each other and never deadlock.
   * Returns the locations of files that no row names now, because their content had one already. A row whose file is lost
   * names the new one.
   */
  async insert(tx: Tx, blobs: readonly PutBlob[]): Promise<string[]> {
    const ordered = [...blobs].sort((left, right) => Buffer.compare(left.sha256, right.sha256));
    const superfluous: string[] = [];
    let batch: PutBlob[] = [];
    let batchBytes = 0;
    const flush = async (): Promise<void> => {
      if (batch.length > 0) await this.insertBatch(tx, batch);
      for (const row of batch) superfluous.push(...(await this.unnamed(tx, row)));
      batch = [];
      batchBytes = 0;
    };
    for (const blob of ordered) {
      // The same content twice in one statement: the first stands for both.
      const before = batch.at(-1);
      if (before?.sha256.equals(blob.sha256) === true) {
        if (blob.location !== null && blob.location !== before.location)
          superfluous.push(blob.location);
        continue;
      }
      const bytes = blob.content?.length ?? 0;
      if (batchBytes + bytes > STATEMENT_CONTENT_BYTES) await flush();
      batch.push(blob);
      batchBytes += bytes;
    }
    await flush();
    return superfluous;
  }

  /** Where the content is; undefined where no blob has this hash. */
  async find(sha256: Buffer): Promise<BlobRow | undefined> {
    const [row] = await this.database.query<{
      size_bytes: string;
      content: Buffer | null;
      location: string | null;
      key_id: string | null;
    }>('select size_bytes, content, location, key_id from blobs where sha256 = $1', [sha256]);
    if (row === undefined) return undefined;
    return {
      sha256,
      sizeBytes: Number(row.size_bytes),
      content: row.content,
      location: row.location,
      keyId: row.key_id,
    };
  }

  /** Asked for large files alone, of which few come. */
  private async unnamed(tx: Tx, { sha256, location, keyId, lost }: PutBlob): Promise<string[]> {
    if (location === null) return [];
    if (lost !== null) {
      await tx.execute(
        'update blobs set location = $2, key_id = $3 where sha256 = $1 and location = $4',
        [sha256, location, keyId, lost],
      );
    }
    const [row] = await tx.query<{ location: string | null }>(
      'select location from blobs where sha256 = $1',
      [sha256],
    );
    return row?.location === location ? [] : [location];
  }

  private async insertBatch(tx: Tx, blobs: readonly BlobRow[]): Promise<void> {
    const offsets: (number | null)[] = [];
    const contents: Buffer[] = [];
    let offset = 1;
    for (const { content } of blobs) {
      offsets.push(content === null ? null : offset);
      if (content !== null) {
        contents.push(content);
        offset += content.length;
      }
    }
    await tx.execute(
      `insert into blobs as known (sha256, size_bytes, content, location, key_id)
       select substring($1::bytea from (b.position::int - 1) * 32 + 1 for 32), b.size_bytes,
              case when b.content_from is null then null
                   else substring($2::bytea from b.content_from for b.content_bytes) end,
              b.location, b.key_id
         from unnest($3::bigint[], $4::int[], $5::int[], $6::text[], $7::text[]) with ordinality
           as b (size_bytes, content_from, content_bytes, location, key_id, position)
        order by b.position
       on conflict (sha256) do update set recorded_at = now()
        where known.recorded_at < now() - interval '1 hour'`,
      [
        Buffer.concat(blobs.map((blob) => blob.sha256)),
        Buffer.concat(contents),
        blobs.map((blob) => blob.sizeBytes),
        offsets,
        blobs.map((blob) => blob.content?.length ?? null),
        blobs.map((blob) => blob.location),
        blobs.map((blob) => blob.keyId),
      ],
    );
  }
}
