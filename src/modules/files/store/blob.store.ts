import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../../platform/index.js';

/** One blob as the table knows it. */
export interface BlobRow {
  readonly sha256: Buffer;
  readonly sizeBytes: number;
  readonly content: Buffer | null;
  readonly location: string | null;
}

/** At most this much content travels in one statement: a parameter is held in memory on both sides. */
const STATEMENT_CONTENT_BYTES = 32 * 1024 * 1024;

/** The `blobs` table. */
@Injectable()
export class BlobTable {
  constructor(private readonly database: Database) {}

  /**
   * Inserts what is not there yet, in one statement (one per 32 MB of content). Hashes and contents travel as two
   * binary parameters that PostgreSQL cuts up again: an array of bytea would go as hexadecimal text of twice the size.
   * Rows go in by order of hash, so that two transactions with the same blobs wait for each other and never deadlock.
   */
  async insert(tx: Tx, blobs: readonly BlobRow[]): Promise<void> {
    const ordered = [...blobs].sort((left, right) => Buffer.compare(left.sha256, right.sha256));
    let batch: BlobRow[] = [];
    let batchBytes = 0;
    for (const blob of ordered) {
      const bytes = blob.content?.length ?? 0;
      if (batch.length > 0 && batchBytes + bytes > STATEMENT_CONTENT_BYTES) {
        await this.insertBatch(tx, batch);
        batch = [];
        batchBytes = 0;
      }
      batch.push(blob);
      batchBytes += bytes;
    }
    if (batch.length > 0) await this.insertBatch(tx, batch);
  }

  /** Where the content is; undefined where no blob has this hash. */
  async find(sha256: Buffer): Promise<BlobRow | undefined> {
    const [row] = await this.database.query<{
      size_bytes: string;
      content: Buffer | null;
      location: string | null;
    }>('select size_bytes, content, location from blobs where sha256 = $1', [sha256]);
    if (row === undefined) return undefined;
    return {
      sha256,
      sizeBytes: Number(row.size_bytes),
      content: row.content,
      location: row.location,
    };
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
      `insert into blobs (sha256, size_bytes, content, location)
       select substring($1::bytea from (b.position::int - 1) * 32 + 1 for 32), b.size_bytes,
              case when b.content_from is null then null
                   else substring($2::bytea from b.content_from for b.size_bytes::int) end,
              b.location
         from unnest($3::bigint[], $4::int[], $5::text[]) with ordinality
           as b (size_bytes, content_from, location, position)
        order by b.position
       on conflict do nothing`,
      [
        Buffer.concat(blobs.map((blob) => blob.sha256)),
        Buffer.concat(contents),
        blobs.map((blob) => blob.sizeBytes),
        offsets,
        blobs.map((blob) => blob.location),
      ],
    );
  }
}
