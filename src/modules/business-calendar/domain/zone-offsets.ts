import { FIRST_YEAR, LAST_YEAR, MS_PER_DAY } from './civil-day.js';

/** A stretch of time of service, [from, to), as epoch milliseconds. */
export interface Segment {
  readonly from: number;
  readonly to: number;
}

/**
 * The offsets of one zone from a year before the first table to a year after the last one, read once from the IANA data in
 * Temporal (at most some 400 transitions, about a millisecond) and looked up by binary search ever after: asking Temporal for
 * every deadline would be a hundred times slower.
 */
export class ZoneOffsets {
  private static readonly known = new Map<string, ZoneOffsets>();

  private constructor(
    readonly zone: string,
    /** starts[i] is the first instant of offsets[i]; starts[0] = -Infinity. */
    private readonly starts: readonly number[],
    private readonly offsets: readonly number[],
  ) {}

  /** The table of an IANA zone or offset such as `+03:00`; RangeError for a name that is neither. */
  static of(zone: string): ZoneOffsets {
    let table = ZoneOffsets.known.get(zone);
    if (table === undefined) {
      table = ZoneOffsets.read(zone);
      ZoneOffsets.known.set(zone, table);
    }
    return table;
  }

  /** Milliseconds to add to UTC to get the wall clock at `instant` (west of Greenwich: negative). */
  offsetAt(instant: number): number {
    return this.offsets[this.periodAt(instant)]!;
  }

  /** The wall clock at `instant`, written as if it were UTC. */
  localOf(instant: number): number {
    return instant + this.offsetAt(instant);
  }

  /**
   * All instants whose wall clock shows a time in [from, to) — both written as if UTC — in order of time. A skipped hour
   * yields nothing, a repeated one comes twice (D16): usually one segment, more around a change of offset, none where the
   * whole stretch was skipped.
   */
  segmentsOf(from: number, to: number): Segment[] {
    const found: Segment[] = [];
    // No offset is beyond a day, so only periods that touch this window can show these wall-clock times.
    const last = this.periodAt(to + MS_PER_DAY);
    for (let period = this.periodAt(from - MS_PER_DAY); period <= last; period += 1) {
      const offset = this.offsets[period]!;
      const begin = Math.max(this.starts[period]!, from - offset);
      const end = Math.min(this.starts[period + 1] ?? Infinity, to - offset);
      if (begin >= end) continue;
      const before = found.at(-1);
      if (before !== undefined && before.to === begin)
        found[found.length - 1] = { from: before.from, to: end };
      else found.push({ from: begin, to: end });
    }
    return found;
  }

  /** Where a clock that is set back shows this wall-clock time twice: which of the two it is; null elsewhere. */
  repetition(instant: number): 'first' | 'second' | null {
    const local = this.localOf(instant);
    const period = this.periodAt(instant);
    const other = [this.offsets[period - 1], this.offsets[period + 1]]
      .map((offset) => local - (offset ?? NaN))
      .find((at) => at !== instant && this.localOf(at) === local);
    return other === undefined ? null : other < instant ? 'second' : 'first';
  }

  private periodAt(instant: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= instant) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private static read(zone: string): ZoneOffsets {
    let at = Temporal.Instant.fromEpochMilliseconds(
      Date.UTC(FIRST_YEAR - 1, 0, 1),
    ).toZonedDateTimeISO(zone);
    const end = Date.UTC(LAST_YEAR + 2, 0, 1);
    const starts = [-Infinity];
    const offsets = [at.offsetNanoseconds / 1e6];
    for (;;) {
      const next = at.getTimeZoneTransition('next');
      if (next === null || next.epochMilliseconds > end) break;
      starts.push(next.epochMilliseconds);
      offsets.push(next.offsetNanoseconds / 1e6);
      at = next;
    }
    return new ZoneOffsets(zone, starts, offsets);
  }
}
