import type { ParsedMail } from '../domain/parsed-mail.js';

/** Pieces in which a large attachment crosses from thread to thread. */
export const CHUNK_BYTES = 256 * 1024;

/** An attachment in a result: its bytes, or the number under which the main thread has stored it. */
export interface WorkerBlob {
  readonly sha256: Uint8Array;
  readonly sizeBytes: number;
  readonly content: Uint8Array | null;
  readonly stored: number | null;
}

/** Main thread → worker. */
export type ToWorker =
  | { readonly type: 'parse'; readonly job: number; readonly raw: Uint8Array | null }
  /** Answer to `pull`; null at the end. */
  | { readonly type: 'piece'; readonly job: number; readonly bytes: Uint8Array | null }
  /** Answer to `chunk` and `close`: go on. For `close`, what was stored. */
  | {
      readonly type: 'taken';
      readonly job: number;
      readonly sha256?: Uint8Array;
      readonly sizeBytes?: number;
    }
  /** Nobody waits for this job any more. */
  | { readonly type: 'abandon'; readonly job: number };

/** Worker → main thread. */
export type FromWorker =
  | { readonly type: 'pull'; readonly job: number }
  | {
      readonly type: 'chunk';
      readonly job: number;
      readonly attachment: number;
      readonly bytes: Uint8Array;
    }
  | { readonly type: 'close'; readonly job: number; readonly attachment: number }
  | { readonly type: 'parsed'; readonly job: number; readonly mail: ParsedMail<WorkerBlob> }
  | { readonly type: 'failed'; readonly job: number; readonly message: string };
