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
