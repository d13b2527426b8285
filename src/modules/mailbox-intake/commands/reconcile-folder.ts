import { Injectable } from '@nestjs/common';
import { Clock, type Lease } from '../../../platform/index.js';
import type { AnnouncedMessage, FolderPosition, MailSession } from '../../mailboxes/index.js';
import {
  addDifference,
  FIRST_SPAN,
  nextSpan,
  type Difference,
  type FolderReport,
  type ReconciliationReport,
} from '../domain/reconciliation.js';
import { readMessageIds } from '../parser/envelope-headers.js';
import { RecordedMailStore, type FolderCursor } from '../store/recorded-mail.store.js';
import { ReconciliationStore, type ComparedFolder } from '../store/reconciliation.store.js';
import { RecordMail } from './record-mail.js';
import { SyncFolder, type FolderToSync } from './sync-folder.js';

/** A comparison under way. Whoever compares holds the mailbox's lease: nobody records beside it. */
export interface Comparison {
  readonly session: MailSession;
  readonly lease: Lease;
  readonly queueKey: string;
  readonly fix: boolean;
  /** The folders were read up to their ends a moment ago: what lies above a cursor has come since. */
  readonly synced: boolean;
  readonly report: ReconciliationReport;
  readonly signal: AbortSignal;
  /** Called between ranges: new mail must not wait for the end. */
  readonly breathe: () => Promise<void>;
}

const HEADERS_AT_ONCE = 100;
/** Above the cursor for longer than this, mail has nobody who fetches it. */
const COMING_MS = 10 * 60_000;

/**
 * Compares every UID of one folder with what is recorded (D22), range by range, so that the size of the folder costs time
 * and no memory. Rows and cursor move in one transaction under the lease that the caller holds: a UID at or below the
 * cursor without a row was passed over for good, and what is above it is merely to come.
 */
@Injectable()
export class ReconcileFolder {
  constructor(
    private readonly store: ReconciliationStore,
    private readonly recorded: RecordedMailStore,
    private readonly sync: SyncFolder,
    private readonly record: RecordMail,
    private readonly clock: Clock,
  ) {}

  /** Adds what it finds to the report. Throws MailSessionError, LeaseLost. */
  async run(comparison: Comparison, wanted: FolderToSync): Promise<void> {
    const { session, report } = comparison;
    const cursor = await this.recorded.cursorOf(session.mailboxKey, wanted.folder);
    const position = await session.position(wanted.folder);
    const folder: FolderReport = {
      folder: wanted.folder,
      role: wanted.role,
      uidValidity: position.uidValidity,
      onServer: 0,
      recorded: 0,
      historical: 0,
      gone: 0,
      waiting: 0,
    };
    report.folders.push(folder);
    if (cursor === null) {
      neverRead(comparison, folder, position);
    } else if (cursor.uidvalidity !== position.uidValidity) {
      await this.afterUidValidity(comparison, folder, position);
    } else {
      await this.cursorAhead(comparison, wanted, cursor, position);
      await this.ranges(comparison, wanted, folder, cursor, position);
    }
  }

  /** UIDNEXT never falls: a cursor at or above it would pass over what comes. */
  private async cursorAhead(
    { session, lease, queueKey, fix, report }: Comparison,
    { folder, role }: FolderToSync,
    cursor: FolderCursor,
    { uidNext, uidValidity: uidvalidity }: FolderPosition,
  ): Promise<void> {
    if (cursor.lastUid < uidNext) return;
    if (fix) {
      const where = { mailboxKey: session.mailboxKey, queueKey, folder, role, uidvalidity };
      const back = { ...cursor, lastUid: uidNext - 1, from: cursor.lastUid };
      await this.record.run(lease, where, [], back);
    }
    addDifference(report, {
      ...nothingOf(folder, null),
      kind: 'cursor_ahead',
      why: `the cursor stands at UID ${cursor.lastUid}, the next message of the folder gets ${uidNext}`,
      fixed: fix,
    });
  }

  private async ranges(
    comparison: Comparison,
    wanted: FolderToSync,
    folder: FolderReport,
    cursor: FolderCursor,
    { uidNext, uidValidity: uidvalidity }: FolderPosition,
  ): Promise<void> {
    const { session, signal, synced } = comparison;
    const where = { mailboxKey: session.mailboxKey, folder: wanted.folder, uidvalidity };
    const last = uidNext - 1;
    const upTo = synced ? Math.min(cursor.lastUid, last) : last;
    for await (const range of rangesOf(session, wanted.folder, upTo, signal)) {
      const compared = await this.store.compare(where, range);
      folder.onServer += range.onServer.length;
      folder.recorded += compared.recorded;
      folder.historical += compared.historical;
      folder.gone += compared.gone;
      const suspects = [...compared.missing, ...compared.vanished];
      if (suspects.length > 0)
        await this.judge(comparison, wanted, folder, { where, cursor, ...compared });
      await comparison.breathe();
    }
    if (upTo < last) {
      const above = await session.uids(wanted.folder, upTo + 1, last);
      folder.waiting = above.length;
      folder.onServer += above.length;
    }
  }

  /** What looked missing, looked at once more: what has gone meanwhile is none, nor is what came before the start (D1). */
  private async judge(
    comparison: Comparison,
    wanted: FolderToSync,
    folder: FolderReport,
    found: {
      where: ComparedFolder;
      cursor: FolderCursor;
      missing: readonly number[];
      vanished: readonly number[];
    },
  ): Promise<void> {
    const { session, lease, fix, report } = comparison;
    const { where, cursor } = found;
    const vanished = new Set(found.vanished);
    const asked = await session.about(wanted.folder, [...found.missing, ...found.vanished]);
    const there = asked.filter((message) => !this.isComing(message, cursor));
    folder.waiting += asked.length - there.length;
    const historicalUpTo = await this.store.lastHistorical(where);
    const isHistorical = ({ uid, internalDate }: AnnouncedMessage): boolean =>
      wanted.startAt !== null &&
      uid <= historicalUpTo &&
      internalDate !== null &&
      internalDate < wanted.startAt;
    folder.historical += there.filter(isHistorical).length;
    const uids = there.map(({ uid }) => uid);
    const ids = await headersOf(session, wanted.folder, uids);
    if (fix) await this.sync.these(session, lease, { ...wanted, historicalUpTo }, uids);
    const fixed = fix ? await this.store.recordedAmong(where, uids) : new Set<number>();
    folder.recorded += fixed.size;
    for (const message of there) {
      if (isHistorical(message)) continue;
      const above = message.uid > cursor.lastUid;
      addDifference(report, {
        ...named(wanted.folder, message, ids.get(message.uid) ?? null),
        kind: vanished.has(message.uid) ? 'vanished_but_there' : 'missing',
        why: vanished.has(message.uid)
          ? 'recorded as gone before it could be fetched, and it is there'
          : above
            ? 'above the cursor: nobody has fetched it yet'
            : 'at or below the cursor and not recorded: it was passed over',
        fixed: fixed.has(message.uid),
      });
    }
  }

  /** Nobody holds the mailbox at this moment, a worker that changes places for example: what has just come is to come. */
  private isComing({ uid, internalDate }: AnnouncedMessage, { lastUid }: FolderCursor): boolean {
    if (uid <= lastUid) return false;
    return internalDate === null || this.clock.now().getTime() - internalDate.getTime() < COMING_MS;
  }

  /**
   * Every UID is new. Which messages are known is told by their Message-IDs here, and what has none is not known; reading
   * the folder anew, as a worker and `--fix` do, tells it by their fingerprints (D1, D25).
   */
  private async afterUidValidity(
    { session, report, signal, breathe }: Comparison,
    folder: FolderReport,
    position: FolderPosition,
  ): Promise<void> {
    const { mailboxKey } = session;
    for await (const { onServer } of rangesOf(
      session,
      folder.folder,
      position.uidNext - 1,
      signal,
    )) {
      folder.onServer += onServer.length;
      const ids = await headersOf(session, folder.folder, onServer);
      const known = await this.store.knownMessageIds(
        mailboxKey,
        [...ids.values()].filter((id) => id !== null),
      );
      const strangers = onServer.filter((uid) => {
        const id = ids.get(uid);
        return id === null || (id !== undefined && !known.has(id));
      });
      folder.recorded += [...ids.values()].filter((id) => id !== null && known.has(id)).length;
      for (const message of await session.about(folder.folder, strangers)) {
        const messageId = ids.get(message.uid) ?? null;
        addDifference(report, {
          ...named(folder.folder, message, messageId),
          kind: 'unknown_after_uidvalidity',
          why:
            messageId === null
              ? 'the folder has another UIDVALIDITY, and the message bears no Message-ID to know it by'
              : 'the folder has another UIDVALIDITY, and no recorded message bears this Message-ID',
          fixed: false,
        });
      }
      await breathe();
    }
  }
}

/** Nothing of the folder is recorded. A worker is about to read it; where nobody reads, what is there waits for nobody. */
function neverRead(
  { synced, report }: Comparison,
  folder: FolderReport,
  { exists }: FolderPosition,
): void {
  folder.onServer = exists;
  if (exists === 0) return;
  if (synced) {
    folder.waiting = exists;
    return;
  }
  addDifference(report, {
    ...nothingOf(folder.folder, null),
    kind: 'never_read',
    why: `${exists} messages are there, and nobody has ever read the folder`,
    fixed: false,
  });
}

/** The UIDs of a folder in ascending ranges of bounded size. */
async function* rangesOf(
  session: MailSession,
  folder: string,
  upTo: number,
  signal: AbortSignal,
): AsyncIterable<{ from: number; to: number; onServer: number[] }> {
  let span = FIRST_SPAN;
  for (let from = 1; from <= upTo && !signal.aborted;) {
    const to = Math.min(upTo, from + span - 1);
    const onServer = await session.uids(folder, from, to);
    yield { from, to, onServer };
    span = nextSpan(span, onServer.length);
    from = to + 1;
  }
}

async function headersOf(
  session: MailSession,
  folder: string,
  uids: readonly number[],
): Promise<Map<number, string | null>> {
  const ids = new Map<number, string | null>();
  for (let at = 0; at < uids.length; at += HEADERS_AT_ONCE) {
    const page = await session.messageIds(folder, uids.slice(at, at + HEADERS_AT_ONCE));
    for (const [uid, header] of page) ids.set(uid, readMessageIds(header ?? '')[0] ?? null);
  }
  return ids;
}

type Named = Omit<Difference, 'kind' | 'why' | 'fixed'>;

function nothingOf(folder: string, uid: number | null): Named {
  return { folder, uid, messageId: null, receivedAt: null, sizeBytes: null };
}

function named(folder: string, message: AnnouncedMessage, messageId: string | null): Named {
  const { uid, sizeBytes, internalDate } = message;
  const receivedAt = internalDate?.toISOString() ?? null;
  return { folder, uid, messageId, receivedAt, sizeBytes };
}
