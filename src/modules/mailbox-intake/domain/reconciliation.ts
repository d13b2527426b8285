/** Why a message of a server and what is recorded of it do not agree. */
export type DifferenceKind =
  /** On the server and not recorded. */
  | 'missing'
  /** Recorded as gone before it could be fetched, and there. */
  | 'vanished_but_there'
  /** Recorded and for long not processed. */
  | 'unfinished'
  /** Messages lie in a watched folder that nobody has ever read. */
  | 'never_read'
  /** The cursor stands above every message that the folder ever had: what comes would be passed over. */
  | 'cursor_ahead'
  /** The folder was made anew and this message is not among those known from before. */
  | 'unknown_after_uidvalidity';

/** One difference, without anything that its sender wrote but its Message-ID. */
export interface Difference {
  readonly kind: DifferenceKind;
  readonly folder: string;
  readonly uid: number | null;
  readonly messageId: string | null;
  readonly receivedAt: string | null;
  readonly sizeBytes: number | null;
  /** One English sentence. */
  readonly why: string;
  /** It was mended in this run. */
  readonly fixed: boolean;
}

/** What the comparison of one folder came to. Counts of messages. */
export interface FolderReport {
  readonly folder: string;
  readonly role: 'inbox' | 'junk' | 'sent';
  readonly uidValidity: string;
  onServer: number;
  recorded: number;
  /** Of those on the server: older than the mailbox's start (D1). */
  historical: number;
  /** Recorded and no longer on the server: people move and delete. Never an alarm. */
  gone: number;
  /** Above the cursor: came while it was compared. */
  waiting: number;
}

export interface ReconciliationReport {
  readonly mailbox: string;
  readonly fix: boolean;
  readonly folders: FolderReport[];
  /** Folders that were read once and are not watched now: what comes there is nobody's to compare. */
  readonly unwatched: string[];
  /** All differences by kind, mended ones included. */
  readonly differences: Record<DifferenceKind, number>;
  fixed: number;
  /** The first of them; `omitted` says how many more there are. */
  readonly items: Difference[];
  omitted: number;
}

/** As many are named one by one. */
const MAX_ITEMS = 200;

export function emptyReport(mailbox: string, fix: boolean): ReconciliationReport {
  const differences = {
    missing: 0,
    vanished_but_there: 0,
    unfinished: 0,
    never_read: 0,
    cursor_ahead: 0,
    unknown_after_uidvalidity: 0,
  };
  return { mailbox, fix, folders: [], unwatched: [], differences, fixed: 0, items: [], omitted: 0 };
}

export function addDifference(report: ReconciliationReport, difference: Difference): void {
  report.differences[difference.kind] += 1;
  if (difference.fixed) report.fixed += 1;
  if (report.items.length < MAX_ITEMS) report.items.push(difference);
  else report.omitted += 1;
}

/** Differences that are left. */
export function remaining({ differences, fixed }: ReconciliationReport): number {
  return Object.values(differences).reduce((sum, count) => sum + count, 0) - fixed;
}

const SMALLEST_SPAN = 1_000;
const LARGEST_SPAN = 4_294_967_295;
/** Messages in one answer: some tens of kilobytes, whatever the folder holds. */
const WANTED_PER_RANGE = 5_000;

/**
 * The width of the next range of UIDs. UIDs may lie dense or millions apart: empty ranges widen fast, full ones narrow,
 * so that half a million messages are a hundred questions and a handful with large gaps are a few.
 */
export function nextSpan(span: number, found: number): number {
  if (found === 0) return Math.min(LARGEST_SPAN, span * 16);
  const fitting = Math.round((span * WANTED_PER_RANGE) / found);
  return Math.max(SMALLEST_SPAN, Math.min(fitting, span * 4, LARGEST_SPAN));
}

export const FIRST_SPAN = WANTED_PER_RANGE;
