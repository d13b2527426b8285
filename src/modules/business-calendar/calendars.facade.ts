import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { CalendarConfig, CurrentConfig } from '../../config/index.js';
import { AppError, Clock, createLogger, type Tx } from '../../platform/index.js';
import { canonicalJson } from './domain/canonical-json.js';
import { CalendarVersionStore, type CalendarVersionRow } from './store/calendar-version.store.js';

/** An immutable version of a named calendar; clocks point at its row for ever. */
export interface CalendarVersion {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  /** Turn it into arithmetic with `businessCalendar(definition)`; the object is the same for every call. */
  readonly definition: CalendarConfig;
}

/** A calendar as configuration has it now; `version` is null until something was promised under it. */
export interface CalendarInForce {
  readonly name: string;
  readonly version: number | null;
  readonly definition: CalendarConfig;
}

export const DEFAULT_CALENDAR = 'default';

const log = createLogger('business-calendar');

/** Calendars in force. The arithmetic itself is pure and stands in `domain/`, exported from this module's door. */
@Injectable()
export class Calendars {
  private readonly latest = new Map<string, { from: CalendarConfig; version: CalendarVersion }>();
  private readonly known = new Map<string, CalendarVersion>();
  private readonly builtIn = new CalendarConfig();
  private readonly reportedMissing = new Set<string>();

  constructor(
    private readonly config: CurrentConfig,
    private readonly store: CalendarVersionStore,
    private readonly clock: Clock,
  ) {}

  /**
   * The version in force now; written on first use of a changed definition. `name` as in configuration; a name that
   * configuration does not know (a retired mailbox's) falls back to `default`, so that a message is never refused a deadline.
   * No statement after the first look-up.
   */
  async inForce(tx: Tx, name: string): Promise<CalendarVersion> {
    const definition = this.definitionOf(name) ?? this.fallback(name);
    const cached = this.latest.get(name);
    if (cached?.from === definition) return cached.version;
    const row = await this.store.findOrWrite(tx, {
      name,
      ...fingerprint(definition),
      at: this.clock.now(),
    });
    const version = this.remembered(row);
    // Kept only when committed: after a rollback the row's number would point at nothing.
    tx.afterCommit(() => {
      this.known.set(version.id, version);
      this.latest.set(name, { from: definition, version });
    });
    return version;
  }

  /** AppError `not_found` for an id that never was. */
  async byId(tx: Tx, id: string): Promise<CalendarVersion> {
    const known = this.known.get(id);
    if (known !== undefined) return known;
    const version = this.remembered(found(await this.store.byIdIn(tx, id), id));
    tx.afterCommit(() => this.known.set(id, version));
    return version;
  }

  /** As `byId`, for reads outside a transaction. */
  async read(id: string): Promise<CalendarVersion> {
    const known = this.known.get(id);
    if (known !== undefined) return known;
    const version = this.remembered(found(await this.store.byId(id), id));
    this.known.set(id, version);
    return version;
  }

  /** What configuration says now, for showing it; null for an unknown name. Writes nothing. */
  async current(name: string): Promise<CalendarInForce | null> {
    const definition = this.definitionOf(name);
    if (definition === undefined) return null;
    const row = await this.store.find(name, fingerprint(definition).sha256);
    return { name, version: row?.version ?? null, definition };
  }

  private definitionOf(name: string): CalendarConfig | undefined {
    const calendars = this.config.get().calendars;
    if (Object.hasOwn(calendars, name)) return calendars[name];
    return name === DEFAULT_CALENDAR ? this.builtIn : undefined;
  }

  private fallback(name: string): CalendarConfig {
    if (!this.reportedMissing.has(name)) {
      this.reportedMissing.add(name);
      log.warn({ calendar: name }, 'calendar is not in the configuration, using the default one');
    }
    return this.definitionOf(DEFAULT_CALENDAR)!;
  }

  /** The object already known under this id where there is one: its tables are worked out. */
  private remembered(row: CalendarVersionRow): CalendarVersion {
    return this.known.get(row.id) ?? row;
  }
}

function fingerprint(definition: CalendarConfig): { sha256: string; canonicalDefinition: string } {
  const canonicalDefinition = canonicalJson(definition);
  return {
    sha256: createHash('sha256').update(canonicalDefinition).digest('hex'),
    canonicalDefinition,
  };
}

function found(row: CalendarVersionRow | null, id: string): CalendarVersionRow {
  if (row === null) throw new AppError('not_found', { context: { calendarVersionId: id } });
  return row;
}
