import { Injectable } from '@nestjs/common';
import { AppError, Database, type Tx } from '../../../platform/index.js';
import type { CalendarDefinition } from '../domain/calendar-definition.js';

export interface CalendarVersionRow {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly definition: CalendarDefinition;
}

const COLUMNS = 'id, name, version, definition';
/** A writer loses its number to another one at most once for each version that is being written. */
const MAX_ATTEMPTS = 5;

/** Immutable calendar versions, named by what they say. */
@Injectable()
export class CalendarVersionStore {
  constructor(private readonly database: Database) {}

  /** The version of `name` that says exactly this; null where it was never written. */
  async find(name: string, sha256: string): Promise<CalendarVersionRow | null> {
    const [row] = await this.database.query<CalendarVersionRow & Record<string, unknown>>(
      `select ${COLUMNS} from calendar_versions where name = $1 and sha256 = $2`,
      [name, sha256],
    );
    return row ?? null;
  }

  async byId(id: string): Promise<CalendarVersionRow | null> {
    const [row] = await this.database.query<CalendarVersionRow & Record<string, unknown>>(
      `select ${COLUMNS} from calendar_versions where id = $1`,
      [id],
    );
    return row ?? null;
  }

  async byIdIn(tx: Tx, id: string): Promise<CalendarVersionRow | null> {
    const [row] = await tx.query<CalendarVersionRow & Record<string, unknown>>(
      `select ${COLUMNS} from calendar_versions where id = $1`,
      [id],
    );
    return row ?? null;
  }

  /** Finds or writes the version that says this; two writers at once end up with one row. */
  async findOrWrite(
    tx: Tx,
    input: { name: string; sha256: string; canonicalDefinition: string; at: Date },
  ): Promise<CalendarVersionRow> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const [found] = await tx.query<CalendarVersionRow & Record<string, unknown>>(
        `select ${COLUMNS} from calendar_versions where name = $1 and sha256 = $2`,
        [input.name, input.sha256],
      );
      if (found !== undefined) return found;
      // Waits for another writer of the same name, then yields to it: the next look finds its row or a free number.
      const [written] = await tx.query<CalendarVersionRow & Record<string, unknown>>(
        `insert into calendar_versions (name, version, sha256, definition, created_at)
         select $1, coalesce(max(version), 0) + 1, $2, $3, $4 from calendar_versions where name = $1
         on conflict do nothing returning ${COLUMNS}`,
        [input.name, input.sha256, input.canonicalDefinition, input.at],
      );
      if (written !== undefined) return written;
    }
    throw new AppError('unavailable', { context: { calendar: input.name } });
  }
}
