import path from 'node:path';
import { Client } from 'pg';
import type { Environment } from '../config/env.js';
import { messageOf, OperatorError } from '../platform/errors.js';
import { DataFolder } from './data-folder.js';
import { connectToRunning, startEmbeddedPostgres } from './embedded-postgres.js';

/** The database of a process, wherever it runs. */
export interface DatabaseAccess {
  /** Connection string with password: never to be logged. */
  readonly url: string;
  /** Resolves with a sentence when an embedded server has gone without being asked to; never for others. */
  readonly gone: Promise<string>;
  /** Ends an embedded server that this process started; nothing for others. */
  stop(): Promise<void>;
}

const never = new Promise<string>(() => undefined);

/** Where the embedded PostgreSQL of a data folder lives. */
export function embeddedDirectory(environment: Pick<Environment, 'dataDirectory'>): string {
  return path.join(environment.dataDirectory, 'postgres');
}

/** Whether this process has a database without making one. */
export function databaseIsThere(
  environment: Pick<Environment, 'dataDirectory' | 'databaseUrl'>,
): boolean {
  return (
    environment.databaseUrl !== null || DataFolder.existing(embeddedDirectory(environment)) !== null
  );
}

/**
 * For `npm start`: DATABASE_URL where it is set (tried once), else the embedded PostgreSQL, of which this process
 * becomes the one owner. Throws an OperatorError, one sentence with the way out.
 */
export async function openDatabase(
  environment: Pick<Environment, 'dataDirectory' | 'databaseUrl'>,
): Promise<DatabaseAccess> {
  if (environment.databaseUrl !== null) return external(environment.databaseUrl);
  return startEmbeddedPostgres({ directory: embeddedDirectory(environment) });
}

/**
 * For tools beside a running helpdesk: its database if it runs, else the embedded one for the time of the command.
 * `stop()` ends only what was started here.
 */
export async function borrowDatabase(
  environment: Pick<Environment, 'dataDirectory' | 'databaseUrl'>,
): Promise<DatabaseAccess> {
  if (environment.databaseUrl === null) {
    const running = connectToRunning(embeddedDirectory(environment));
    if (running !== null) return { url: running, gone: never, stop: () => Promise.resolve() };
  }
  return openDatabase(environment);
}

async function external(url: string): Promise<DatabaseAccess> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ version: number }>(
      `select current_setting('server_version_num')::int as version`,
    );
    const version = rows[0]?.version ?? 0;
    if (version < 160_000) {
      throw new OperatorError(
        `The server behind DATABASE_URL is PostgreSQL ${Math.floor(version / 10_000)}; version 16 or newer is needed.`,
      );
    }
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    throw new OperatorError(
      `The database behind DATABASE_URL cannot be reached (${reasonOf(error)}): check host, port, user, password and database name, and that the server runs.`,
      { cause: error },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
  return { url, gone: never, stop: () => Promise.resolve() };
}

/** The driver's or server's words; neither holds the password. A failed connect to several addresses is a list. */
function reasonOf(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  return messageOf(first) || ((first as NodeJS.ErrnoException).code ?? 'no answer');
}
