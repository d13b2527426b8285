import type { PeakHoursRow } from './report.js';

interface Hour {
  readonly key: string | null;
  readonly label: string | null;
  /** ISO: 1 is Monday. */
  readonly weekday: number;
  readonly hour: number;
  readonly opened: number;
}

/** One map of seven weekdays by 24 hours for each key, in the order in which the keys come; of equal peaks the first. */
export function heatmaps(hours: readonly Hour[]): (Omit<PeakHoursRow, 'group'> & {
  readonly key: string | null;
  readonly label: string | null;
})[] {
  const byKey = new Map<string | null, Hour[]>();
  for (const hour of hours) {
    const known = byKey.get(hour.key);
    if (known === undefined) byKey.set(hour.key, [hour]);
    else known.push(hour);
  }
  return [...byKey.values()].map((ofKey) => {
    const heatmap = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));
    for (const { weekday, hour, opened } of ofKey) heatmap[weekday - 1]![hour] = opened;
    const peak = ofKey.reduce((best, next) => (next.opened > best.opened ? next : best));
    return {
      key: peak.key,
      label: peak.label,
      opened: ofKey.reduce((sum, { opened }) => sum + opened, 0),
      heatmap,
      peak: { weekday: peak.weekday, hour: peak.hour, opened: peak.opened },
    };
  });
}
