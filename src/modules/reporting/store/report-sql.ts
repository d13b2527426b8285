import type { Dimension, Period } from '../domain/report.js';

/** Whose figures may be counted and whose words may be read (D20). */
export interface ReportScope {
  /** Queues whose tickets are counted: those visible to the caller, all of them for an admin. */
  readonly countedQueues: readonly string[];
  /** Queues whose customers' words may be shown: never more than those visible. */
  readonly readableQueues: readonly string[];
}

/** What a report is narrowed to; undefined narrows nothing. */
export interface ReportFilter {
  readonly queues?: readonly string[] | undefined;
  /** Keys, or 'none'. */
  readonly reasons?: readonly string[] | undefined;
  /** Ids, or 'none'. */
  readonly agents?: readonly string[] | undefined;
  readonly mailboxes?: readonly string[] | undefined;
  readonly tag?: string | undefined;
}

/** From the first instant until before the second one. */
export interface Window {
  readonly start: Date;
  readonly end: Date;
  readonly zone: string;
}

/** Where a row of a report belongs. */
export interface Figures {
  readonly key: string | null;
  readonly label: string | null;
  readonly period: string | null;
}

export interface Grouping {
  readonly groupBy: Dimension | null;
  readonly period: Period | null;
}

/** $1 to $9 of every report; statements may use further ones from $10 on. */
export function valuesOf(
  queues: readonly string[],
  window: Window,
  filter: ReportFilter,
): unknown[] {
  return [
    queues,
    window.start,
    window.end,
    window.zone,
    filter.queues ?? null,
    filter.reasons ?? null,
    filter.agents ?? null,
    filter.mailboxes ?? null,
    filter.tag ?? null,
  ];
}

/**
 * Conditions on a row `v` of one of the views, for $1 to $9: only tickets that may be counted, and of clocks only those of
 * queues that may be (D20: a ticket that has moved is judged by both). `at` names the instant that has to lie in the window.
 */
export function conditions(at: string | null): string {
  const inWindow =
    at === null
      ? '$2::timestamptz <= $3::timestamptz'
      : `v.${at} >= $2::timestamptz and v.${at} < $3::timestamptz`;
  return `v.ticket_queue_key = any($1::text[]) and v.queue_key = any($1::text[]) and ${inWindow} and $4::text is not null
    and ($5::text[] is null or v.queue_key = any($5::text[]))
    and ($6::text[] is null or coalesce(v.reason_key, 'none') = any($6::text[]))
    and ($7::text[] is null or coalesce(v.agent_id::text, 'none') = any($7::text[]))
    and ($8::text[] is null or v.mailbox_key = any($8::text[]))
    and ($9::text is null or v.tags @> array[$9::text])`;
}

const KEYS: Readonly<Record<Dimension, string>> = {
  queue: 'v.queue_key',
  reason: 'v.reason_key',
  agent: 'v.agent_id',
  mailbox: 'v.mailbox_key',
  channel: 'v.channel',
};

/** Of the column's own type: what is not text groups several times as fast. */
export function keyOf(groupBy: Dimension | null): string {
  return groupBy === null ? 'null::text' : KEYS[groupBy];
}

/** The first civil day of the day, week or month in which `at` lies in the window's zone; weeks begin on Monday. */
export function periodOf(period: Period | null, at: string): string {
  return period === null
    ? 'null::date'
    : `date_trunc('${period}', v.${at} at time zone $4::text)::date`;
}

const LABELS: Readonly<Record<Dimension, string>> = {
  queue: '(select l.name from queues l where l.key = f.key)',
  reason: '(select l.label from reasons l where l.key = f.key)',
  agent: '(select l.name from agents l where l.id = f.key)',
  mailbox: 'f.key',
  channel: 'f.key',
};

/** Where the figures `f` belong, told once for each row of the answer: key, label, and `f.period` where there is one. */
export function placeOf(groupBy: Dimension | null, inPeriods = true): string {
  const label = groupBy === null ? 'null::text' : LABELS[groupBy];
  const place = `f.key::text as key, ${label} as label`;
  return inPeriods ? `${place}, to_char(f.period, 'YYYY-MM-DD') as period` : place;
}

/** Figures by the name they have in the answer, and how they are counted. */
export type Counted = Readonly<Record<string, string>>;

export function counting(figures: Counted): string {
  return Object.entries(figures)
    .map(([name, sql]) => `${sql} as "${name}"`)
    .join(', ');
}

export function counted(figures: Counted): string {
  return Object.keys(figures)
    .map((name) => `f."${name}"`)
    .join(', ');
}

export const countWhere = (condition: string): string =>
  `count(*) filter (where ${condition})::int`;

/** More rows are no table that anybody reads. */
export const MAX_ROWS = 20_000;
