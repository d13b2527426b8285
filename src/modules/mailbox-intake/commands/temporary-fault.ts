import { sqlStateOf, type ErrorCode } from '../../../platform/index.js';

/** Connection and resource faults, shutdown, lock time-outs, serialization: the message is not to blame. */
const TEMPORARY_SQLSTATE = /^(08|40|53|55P03|57P0|57014|25006|58)/;
/** A statement that was cancelled for its time: the database's fault or the message's, so it is counted all the same. */
const QUERY_CANCELLED = '57014';
const TEMPORARY_SOCKET =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENOSPC|EMFILE|ENFILE|EIO)$/;
/** The code of an AppError: the store of files does not answer. */
const STORE_AWAY: ErrorCode = 'unavailable';

/** Whether trying the same again may well succeed. */
export function isTemporary(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state !== null && TEMPORARY_SQLSTATE.test(state)) return true;
  for (
    let at: unknown = error;
    typeof at === 'object' && at !== null;
    at = (at as { cause?: unknown }).cause
  ) {
    const { code, message } = at as { code?: unknown; message?: unknown };
    if (typeof code === 'string' && (code === STORE_AWAY || TEMPORARY_SOCKET.test(code)))
      return true;
    if (
      typeof message === 'string' &&
      /connection (terminated|ended|closed)|timeout exceeded when trying to connect/i.test(message)
    )
      return true;
  }
  return false;
}

/** Whether the attempt is the message's own: counted, so that it comes to an end (D22). */
export function countsAsAttempt(error: unknown): boolean {
  return !isTemporary(error) || sqlStateOf(error) === QUERY_CANCELLED;
}
