import { Injectable } from '@nestjs/common';
import { BlobStore, type StagedBlob } from '../../files/index.js';
import {
  Clock,
  Database,
  faultPoint,
  Leases,
  Wakeups,
  type Lease,
} from '../../../platform/index.js';
import {
  RecordedMailStore,
  type FolderCursor,
  type FolderOfMailbox,
  type RecordedMail,
} from '../store/recorded-mail.store.js';
import { intakeWakeup } from '../intake-wakeup.js';

/** Another process has taken the mailbox over: whatever was in hand must not be committed. */
export class LeaseLost extends Error {
  constructor(name: string) {
    super(`The lease ${name} is no longer ours`);
    this.name = 'LeaseLost';
  }
}

/** `mailbox start` has sent the cursor back while messages were being recorded: the folder is to be read anew. */
export class CursorMoved extends Error {
  constructor(folder: string) {
    super(`The cursor of ${folder} was moved by an operator`);
    this.name = 'CursorMoved';
  }
}

/** A message as it came off the server, its bytes staged. */
export interface ArrivedMail extends Omit<RecordedMail, 'sha256'> {
  readonly blob: StagedBlob | null;
}

/**
 * Stage 1: bytes, rows and cursor in one transaction, committed before anything is decided (D22). Recording the same
 * UIDs again changes nothing. Throws LeaseLost when the mailbox is no longer ours, CursorMoved.
 */
@Injectable()
export class RecordMail {
  constructor(
    private readonly database: Database,
    private readonly leases: Leases,
    private readonly blobs: BlobStore,
    private readonly store: RecordedMailStore,
    private readonly clock: Clock,
    private readonly wakeups: Wakeups,
  ) {}

  async run(
    lease: Lease | null,
    where: FolderOfMailbox,
    mails: readonly ArrivedMail[],
    cursor: FolderCursor,
  ): Promise<number> {
    const now = this.clock.now();
    const blobs = mails.flatMap(({ blob }) => (blob === null ? [] : [blob]));
    const recorded = mails.map(({ blob, ...mail }) => ({ ...mail, sha256: blob?.sha256 ?? null }));
    if (mails.length > 0) faultPoint('intake.fetched');
    const recordedNow = await this.database.inTransaction(async (tx) => {
      if (lease !== null && !(await this.leases.assertHeld(tx, lease)))
        throw new LeaseLost(lease.name);
      if (blobs.length > 0) await this.blobs.record(tx, blobs);
      const added = mails.length === 0 ? 0 : await this.store.insert(tx, where, recorded, now);
      if (!(await this.store.moveCursor(tx, where, cursor, now)))
        throw new CursorMoved(where.folder);
      if (added > 0) tx.afterCommit(() => this.wakeups.wake(intakeWakeup(where.mailboxKey)));
      if (mails.length > 0) faultPoint('intake.recording');
      return added;
    });
    if (mails.length > 0) faultPoint('intake.recorded');
    return recordedNow;
  }
}
