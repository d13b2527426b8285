import { AppError } from '../errors.js';

/** One page of a list: `GET …?limit&cursor`. */
export interface Page<Item> {
  readonly items: Item[];
  /** Pass it back as `cursor`; null on the last page. */
  readonly nextCursor: string | null;
}

export const MAX_PAGE_SIZE = 100;
export const DEFAULT_PAGE_SIZE = 25;

/** An opaque cursor from the sort key of the last row. */
export function encodeCursor(key: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** The sort key in a cursor; AppError `validation_failed` naming `cursor` where it is not one of ours. */
export function decodeCursor(cursor: string, length: number): (string | number | null)[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (
      Array.isArray(key) &&
      key.length === length &&
      key.every((part) => part === null || typeof part === 'string' || typeof part === 'number')
    ) {
      return key as (string | number | null)[];
    }
  } catch {
    // Falls through to the refusal: a cursor is opaque, so all damage is the same damage.
  }
  throw new AppError('validation_failed', {
    fields: [{ path: 'cursor', reason: 'is not a cursor of this list' }],
  });
}

/** A cursor of a list that is sorted by an instant and then by a numeric id; the same refusal. */
export function decodeInstantCursor(cursor: string): { at: string; id: string } {
  const [at, id] = decodeCursor(cursor, 2);
  if (typeof at === 'string' && typeof id === 'string') {
    if (!Number.isNaN(Date.parse(at)) && /^\d{1,18}$/.test(id)) return { at, id };
  }
  throw new AppError('validation_failed', {
    fields: [{ path: 'cursor', reason: 'is not a cursor of this list' }],
  });
}
