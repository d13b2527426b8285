import type { CalendarConfig } from '../../config/index.js';
import type { Tx } from '../../platform/index.js';

/** An immutable version of a named calendar; clocks point at its row for ever. */
export interface CalendarVersion {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly definition: CalendarConfig;
}

/** Calendars in force. The arithmetic itself is pure and stands in `domain/`, exported from this module's door. */
export class Calendars {
  /** The version in force now; written on first use of a changed definition. `name` as in configuration. */
  inForce(_tx: Tx, _name: string): Promise<CalendarVersion> {
    throw new Error('unwritten');
  }

  byId(_tx: Tx, _id: string): Promise<CalendarVersion> {
    throw new Error('unwritten');
  }
}
