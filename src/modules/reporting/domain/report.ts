/** What figures can be put together by. */
export const DIMENSIONS = ['queue', 'reason', 'agent', 'mailbox', 'channel'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export const PERIODS = ['day', 'week', 'month'] as const;
export type Period = (typeof PERIODS)[number];

/** The reports that are tables; feedback's comments are a list of their own. */
export const REPORTS = [
  'compliance',
  'times',
  'closures',
  'volume',
  'peak-hours',
  'backlog',
  'feedback',
] as const;
export type ReportName = (typeof REPORTS)[number];

/** `key` null: no reason yet, no agent, no mailbox; `label` as people read it. */
export interface Group {
  readonly key: string | null;
  readonly label: string;
}

interface Grouped {
  /** Null where nothing was grouped by. */
  readonly group: Group | null;
}

interface InPeriod extends Grouped {
  /** First civil day of the day, week (Monday) or month; null where no period was asked for. */
  readonly period: string | null;
}

/** Clocks that started in the range, by what became of them; every clock is counted in exactly one outcome. */
export interface ComplianceRow extends InPeriod {
  readonly kind: string;
  readonly total: number;
  readonly met: number;
  /** Ended after the due instant. */
  readonly breached: number;
  /** Those of `breached` that ended without an answer (D9). */
  readonly breachedWithoutAnswer: number;
  /** Past the due instant and still owed. */
  readonly runningLate: number;
  readonly running: number;
  /** Called off in time by resolving without an answer (D9): neither met nor breached. */
  readonly withoutAnswer: number;
  /** Called off in time by anything else: an older question took its place, the status was set by hand. */
  readonly calledOff: number;
  /** Those, of any outcome, of which an answer came back (D19). */
  readonly revoked: number;
  /** met / (met + breached + runningLate), 0 to 1; null where nothing was to be kept. */
  readonly metShare: number | null;
}

export type Measure = 'firstReturn' | 'nextReturn' | 'escalation' | 'resolution';

/** Business minutes of what ended in the range, with one decimal. */
export interface TimesRow extends InPeriod {
  readonly measure: Measure;
  readonly count: number;
  readonly medianMinutes: number;
  readonly p90Minutes: number;
  readonly meanMinutes: number;
}

/** Tickets whose last resolution lies in the range; those without an answer by their close reason (D9). */
export interface ClosuresRow extends InPeriod {
  readonly resolved: number;
  readonly answered: number;
  readonly spam: number;
  readonly duplicate: number;
  readonly outOfScope: number;
  readonly noAnswerNeeded: number;
  readonly noResponse: number;
}

export interface VolumeRow extends InPeriod {
  readonly opened: number;
  readonly resolved: number;
}

export interface Peak {
  /** ISO: 1 is Monday. */
  readonly weekday: number;
  readonly hour: number;
  readonly opened: number;
}

/** Tickets opened, by seven weekdays (Monday first) and 24 hours of the zone. */
export interface PeakHoursRow extends Grouped {
  readonly opened: number;
  readonly heatmap: readonly (readonly number[])[];
  /** The busiest hour of the week; of equal ones the first. */
  readonly peak: Peak;
}

export interface AgeBucket {
  readonly fromBusinessDays: number;
  /** Included; null: without end. */
  readonly toBusinessDays: number | null;
  readonly open: number;
  readonly awaitingCustomer: number;
}

/** What is not resolved now. */
export interface BacklogRow extends Grouped {
  readonly open: number;
  readonly awaitingCustomer: number;
  readonly overdue: number;
  readonly ages: readonly AgeBucket[];
  /** RFC 3339. */
  readonly oldestReceivedAt: string;
  readonly oldestBusinessDays: number;
}

/** Feedback given in the range (D12). */
export interface FeedbackRow extends InPeriod {
  readonly count: number;
  /** With two decimals. */
  readonly mean: number;
  /** How many gave 1, 2, 3, 4, 5. */
  readonly scores: readonly number[];
  readonly comments: number;
}

export interface CommentRow {
  readonly protocol: string;
  readonly score: number;
  readonly comment: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly queue: string;
  readonly reason: string | null;
  readonly agent: string | null;
}

export interface ReportRows {
  readonly compliance: ComplianceRow;
  readonly times: TimesRow;
  readonly closures: ClosuresRow;
  readonly volume: VolumeRow;
  readonly 'peak-hours': PeakHoursRow;
  readonly backlog: BacklogRow;
  readonly feedback: FeedbackRow;
}

/** What a report says about itself. */
export interface ReportHead {
  /** Civil days, both included; null for the backlog, which is of this moment. */
  readonly from: string | null;
  readonly to: string | null;
  readonly calendar: string;
  readonly zone: string;
  readonly groupBy: Dimension | null;
  readonly period: Period | null;
  /** RFC 3339. */
  readonly generatedAt: string;
}

export interface Report<Row> extends ReportHead {
  readonly items: readonly Row[];
}

/** What a clock is that no customer was promised (D19's targets). */
export function isInternal(kind: string): boolean {
  return kind.startsWith('internal_');
}

export function shareMet(
  row: Pick<ComplianceRow, 'met' | 'breached' | 'runningLate'>,
): number | null {
  const decided = row.met + row.breached + row.runningLate;
  return decided === 0 ? null : Math.round((row.met / decided) * 10_000) / 10_000;
}
