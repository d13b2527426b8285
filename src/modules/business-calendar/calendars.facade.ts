import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { CalendarConfig, CurrentConfig, type HolidayConfig } from '../../config/index.js';
import { AppError, Clock, createLogger, type Tx } from '../../platform/index.js';
import { businessCalendar } from './domain/business-calendar.js';
import type { CalendarDefinition } from './domain/calendar-definition.js';
import { canonicalJson } from './domain/canonical-json.js';
import { noticesOn, type Notice } from './domain/notices.js';
import { resolveDefinition } from './domain/resolve-definition.js';
import { ImportedHolidays } from './imported-holidays.js';
import { CalendarVersionStore, type CalendarVersionRow } from './store/calendar-version.store.js';

/** An immutable version of a named calendar; clocks point at its row for ever. */
export interface CalendarVersion {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  /** Turn it into arithmetic with `businessCalendar(definition)`; the object is the same for every call. */
  readonly definition: CalendarDefinition;
}

/** A calendar as configuration has it now; `version` is null until something was promised under it. */
export interface CalendarInForce {
  readonly name: string;
  readonly version: number | null;
  readonly definition: CalendarDefinition;
}

export const DEFAULT_CALENDAR = 'default';

interface Resolved {
  readonly config: CalendarConfig;
  readonly imported: readonly HolidayConfig[];
  readonly definition: CalendarDefinition;
}

const log = createLogger('business-calendar');

/** Calendars in force. The arithmetic itself is pure and stands in `domain/`, exported from this module's door. */
@Injectable()
export class Calendars {
  private readonly latest = new Map<
    string,
    { from: CalendarDefinition; version: CalendarVersion }
  >();
  private readonly known = new Map<string, CalendarVersion>();
  private readonly builtIn = new CalendarConfig();
  private readonly resolved = new Map<string, Resolved>();
  private readonly reportedMissing = new Set<string>();

  constructor(
    private readonly config: CurrentConfig,
    private readonly store: CalendarVersionStore,
    private readonly imported: ImportedHolidays,
    private readonly clock: Clock,
  ) {}

  /**
   * The version in force now; written on first use of a changed definition. `name` as in configuration; a name that
   * configuration does not know (a retired mailbox's) falls back to `default`, so that a message is never refused a deadline.
   * No statement after the first look-up.
   */
  async inForce(tx: Tx, name: string): Promise<CalendarVersion> {
    await this.imported.refresh(tx);
    const definition = this.definitionNow(name);
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
    await this.imported.refresh();
    if (this.configured(name) === undefined) return null;
    const definition = this.definitionNow(name);
    const row = await this.store.find(name, fingerprint(definition).sha256);
    return { name, version: row?.version ?? null, definition };
  }

  /**
   * What deadlines that start now are counted with, without a look at the database: configuration, the holidays of state
   * and city, and the imported days as this process read them last. An unknown name falls back to `default`. The object
   * stays the same while it says the same.
   */
  definitionNow(name: string): CalendarDefinition {
    const config = this.configured(name) ?? this.fallback(name);
    const imported = this.imported.of(name);
    const known = this.resolved.get(name);
    if (known?.config === config && known.imported === imported) return known.definition;
    const definition = resolveDefinition(config, imported);
    this.resolved.set(name, { config, imported, definition });
    return definition;
  }

  /** A calendar of a configuration that is not in force (yet), with the days imported so far. */
  definitionIn(
    calendars: Readonly<Record<string, CalendarConfig>>,
    name: string,
  ): CalendarDefinition {
    const config = Object.hasOwn(calendars, name) ? calendars[name]! : this.builtIn;
    return resolveDefinition(config, this.imported.of(name));
  }

  /** What customers are told on the day of `at` (D16): the operator's texts, then announced special days. */
  notices(name: string, at: Date): Notice[] {
    const config = this.configured(name) ?? this.fallback(name);
    return noticesOn(config, businessCalendar(this.definitionNow(name)), at);
  }

  /** Names of the calendars there are; `default` first. */
  names(): string[] {
    return [...new Set([DEFAULT_CALENDAR, ...Object.keys(this.config.get().calendars)])];
  }

  private configured(name: string): CalendarConfig | undefined {
    const calendars = this.config.get().calendars;
    if (Object.hasOwn(calendars, name)) return calendars[name];
    return name === DEFAULT_CALENDAR ? this.builtIn : undefined;
  }

  private fallback(name: string): CalendarConfig {
    if (!this.reportedMissing.has(name)) {
      this.reportedMissing.add(name);
      log.warn({ calendar: name }, 'calendar is not in the configuration, using the default one');
    }
    return this.configured(DEFAULT_CALENDAR)!;
  }

  /** The object already known under this id where there is one: its tables are worked out. */
  private remembered(row: CalendarVersionRow): CalendarVersion {
    return this.known.get(row.id) ?? row;
  }
}

function fingerprint(definition: CalendarDefinition): {
  sha256: string;
  canonicalDefinition: string;
} {
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
