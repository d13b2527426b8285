import type { ReasonCounts } from './reason-counts.js';
import { ReasonModel } from './reason-model.js';
import { SHIPPED_COUNTS } from './shipped-counts.js';

/** Raised whenever words are counted otherwise: what was learnt with another one is counted anew. */
export const COUNTS_FORMAT = 1;

/** The counts of the labelled messages that come with the product (test/fixtures/reasons/train.jsonl). */
export function shippedCounts(): ReasonCounts {
  const rows = Object.entries(SHIPPED_COUNTS).map(([label, text]) => [
    label,
    Object.fromEntries(
      text.split(',').map((entry) => {
        const colon = entry.lastIndexOf(':');
        return [entry.slice(0, colon), Number(entry.slice(colon + 1))];
      }),
    ),
  ]);
  return Object.fromEntries(rows) as ReasonCounts;
}

/** How shipped counts are written down: `stem:count,stem stem:count`, by label. */
export function writtenCounts(counts: ReasonCounts): Record<string, string> {
  const labels = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    labels.map(([label, features]) => [
      label,
      Object.entries(features)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([feature, count]) => `${feature}:${count}`)
        .join(','),
    ]),
  );
}

let built: ReasonModel | null = null;

/** What a helpdesk knows before its first correction. Built once. */
export function shippedModel(): ReasonModel {
  built ??= new ReasonModel(shippedCounts());
  return built;
}
