import { AppError } from '../../../platform/index.js';
import { decodeCursor, encodeCursor } from '../../../platform/http/index.js';

/** What a list of tickets is narrowed to; undefined filters nothing. */
export interface TicketFilter {
  readonly queues?: readonly string[];
  readonly statuses?: readonly string[];
  /** Reason keys; 'none': "a classificar". */
  readonly reasons?: readonly string[];
  /** An agent's id, or 'none'. */
  readonly assignee?: string;
  /** A requester's id or an address. */
  readonly requester?: string;
  readonly lanes?: readonly string[];
  readonly overdue?: boolean;
}

export const SORT_FIELDS = ['dueAt', 'lastActivityAt', 'createdAt'] as const;
export type SortField = (typeof SORT_FIELDS)[number];

export interface TicketSort {
  readonly field: SortField;
  readonly descending: boolean;
}

/** The most urgent first; the newest activity and the newest ticket first. */
const NATURAL: Readonly<Record<SortField, boolean>> = {
  dueAt: false,
  lastActivityAt: true,
  createdAt: true,
};

/**
 * `dueAt`, `lastActivityAt`, `createdAt` in their natural direction, `-field` newest or latest first, `field:asc` and
 * `field:desc` as said. AppError `validation_failed` naming `sort`.
 */
export function parseSort(text: string | undefined): TicketSort {
  if (text === undefined) return { field: 'dueAt', descending: false };
  const match = /^(-?)([A-Za-z]+)(?::(asc|desc))?$/.exec(text);
  const field = SORT_FIELDS.find((one) => one === match?.[2]);
  if (field === undefined || (match?.[1] === '-' && match[3] !== undefined)) {
    throw new AppError('validation_failed', {
      fields: [
        { path: 'sort', reason: `must be one of ${SORT_FIELDS.join(', ')}, with :asc or :desc` },
      ],
    });
  }
  if (match![1] === '-') return { field, descending: true };
  return { field, descending: match![3] === undefined ? NATURAL[field] : match![3] === 'desc' };
}

/** Where the last page ended: the sort key as PostgreSQL wrote it (`infinity` where nothing is due) and the protocol. */
export interface ListPosition {
  readonly key: string;
  readonly id: string;
}

export function encodePosition(sort: TicketSort, position: ListPosition): string {
  return encodeCursor([
    `${sort.field}:${sort.descending ? 'desc' : 'asc'}`,
    position.key,
    position.id,
  ]);
}

const INSTANT = /^(?:infinity|\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?Z)$/;

/** The position in a cursor of this very order; AppError `validation_failed` naming `cursor` for any other. */
export function decodePosition(sort: TicketSort, cursor: string): ListPosition {
  const [order, key, id] = decodeCursor(cursor, 3).map(String) as [string, string, string];
  const expected = `${sort.field}:${sort.descending ? 'desc' : 'asc'}`;
  if (order !== expected || !INSTANT.test(key) || !/^\d{1,18}$/.test(id)) {
    throw new AppError('validation_failed', {
      fields: [{ path: 'cursor', reason: 'is not a cursor of this list in this order' }],
    });
  }
  return { key, id };
}
