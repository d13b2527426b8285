import { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import type { BackedUpSequence } from '../manifest.js';

/** Whose rows mean nothing elsewhere: they are made anew. */
const LEFT_OUT = new Set(['leases']);

/** A table with its columns, names as they are. */
export interface TableShape {
  readonly name: string;
  readonly columns: readonly string[];
}

/** A large file that a row of the snapshot names. */
export interface NamedFile {
  /** Hexadecimal, of the content. */
  readonly sha256: string;
  readonly location: string;
  readonly keyId: string | null;
}

/** Every table of this database's own schema, without what is computed from other columns. */
const SHAPES = `
  select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
   where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace
   group by c.relname order by c.relname`;

/**
 * One look at the whole database, consistent whatever is written meanwhile (repeatable read), on a connection of its
 * own. `close` it at the end: as long as it is open PostgreSQL keeps old versions of rows.
 */
export class Snapshot {
  private constructor(
    private readonly client: Client,
    readonly takenAt: Date,
    readonly postgresVersion: string,
  ) {}

  static async open(databaseUrl: string): Promise<Snapshot> {
    const client = new Client({ connectionString: databaseUrl });
    // A connection that breaks is told by the statement in hand.
    client.on('error', () => undefined);
    await client.connect();
    try {
      await client.query('begin isolation level repeatable read read only');
      const { rows } = await client.query<{ at: Date; version: string }>(
        `select now() as at, current_setting('server_version') as version`,
      );
      return new Snapshot(client, rows[0]!.at, rows[0]!.version);
    } catch (error) {
      await client.end();
      throw error;
    }
  }

  async tables(): Promise<TableShape[]> {
    const { rows } = await this.client.query<TableShape>(SHAPES);
    return rows.filter(({ name }) => !LEFT_OUT.has(name));
  }

  async migrations(): Promise<{ name: string; sha256: string }[]> {
    const { rows } = await this.client.query<{ name: string; sha256: string }>(
      'select name, sha256 from schema_migrations order by name',
    );
    return rows;
  }

  /** As far as they are now, which is never less than what the rows of the snapshot show. */
  async sequences(): Promise<BackedUpSequence[]> {
    const { rows } = await this.client.query<{ name: string }>(
      `select relname as name from pg_class
        where relkind = 'S' and relnamespace = current_schema()::regnamespace order by 1`,
    );
    const found: BackedUpSequence[] = [];
    for (const { name } of rows) {
      const state = await this.client.query<{ lastValue: string; isCalled: boolean }>(
        `select last_value as "lastValue", is_called as "isCalled" from ${quoted(name)}`,
      );
      found.push({ name, ...state.rows[0]! });
    }
    return found;
  }

  /** The rows in COPY's text format; read it to its end before anything else is asked. */
  rowsOf({ name, columns }: TableShape): { data: Readable; count: () => number } {
    const list = columns.map(quoted).join(', ');
    const stream = this.client.query(
      copyTo(`copy (select ${list} from ${quoted(name)}) to stdout`),
    );
    let lines = 0;
    const counted = new Transform({
      transform(chunk: Buffer, _, done) {
        for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
        done(null, chunk);
      },
    });
    stream.once('error', (error) => counted.destroy(error));
    return { data: stream.pipe(counted), count: () => lines };
  }

  /** Every large file, by pages. */
  async *files(): AsyncIterable<readonly NamedFile[]> {
    let after = '';
    for (;;) {
      const { rows } = await this.client.query<NamedFile>(
        `select encode(sha256, 'hex') as sha256, location, key_id as "keyId" from blobs
          where location > $1 order by location limit 1000`,
        [after],
      );
      if (rows.length > 0) yield rows;
      if (rows.length < 1000) return;
      after = rows.at(-1)!.location;
    }
  }

  async keyIds(): Promise<string[]> {
    const { rows } = await this.client.query<{ id: string }>(
      'select distinct key_id as id from blobs where key_id is not null order by 1',
    );
    return rows.map(({ id }) => id);
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}

/** An identifier out of the catalogue, as SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
