import { MS_PER_MINUTE } from './civil-day.js';
import { ZoneOffsets } from './zone-offsets.js';

/** `2026-11-25T18:00:00.000-03:00`: the instant with the wall clock and offset of `zone` (RFC 3339). */
export function rfc3339(at: Date, zone: string): string {
  const offset = ZoneOffsets.of(zone).offsetAt(at.getTime());
  const wallClock = new Date(at.getTime() + offset).toISOString().slice(0, -1);
  const minutes = Math.round(Math.abs(offset) / MS_PER_MINUTE);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${wallClock}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/**
 * The instant in an RFC 3339 date-time with its offset (`2026-11-20T19:40:00-03:00`; seconds may be left out); null for
 * anything else: without an offset a text names no instant.
 */
export function parseRfc3339(text: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:\d{2})$/.test(text))
    return null;
  try {
    return new Date(Temporal.Instant.from(text).epochMilliseconds);
  } catch {
    return null;
  }
}
