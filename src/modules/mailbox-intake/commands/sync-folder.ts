import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import { Clock, createLogger, type Lease } from '../../../platform/index.js';
import { BlobStore } from '../../files/index.js';
import type { AnnouncedMessage, FolderPosition, MailSession } from '../../mailboxes/index.js';
import { fetchGroups, type FetchGroup } from '../domain/fetch-groups.js';
import {
  RecordedMailStore,
  type FolderCursor,
  type FolderOfMailbox,
} from '../store/recorded-mail.store.js';
import { RecordMail, type ArrivedMail } from './record-mail.js';

const log = createLogger('mailbox-intake');

/** UIDs asked for at a time: a page of headers' sizes, not of messages. */
const PAGE_SIZE = 1_000;

export interface FolderToSync {
  readonly folder: string;
  readonly role: 'inbox' | 'junk';
  /** D1: older messages are historical at the first look; null: none are. */
  readonly startAt: Date | null;
}

/**
 * Stage 1 of one folder: everything above the cursor is fetched and recorded, page by page, whatever its age. After a
 * UIDVALIDITY change everything is fetched again; known messages are recognised later by their fingerprint (D1, D25).
 */
@Injectable()
export class SyncFolder {
  constructor(
    private readonly config: CurrentConfig,
    private readonly clock: Clock,
    private readonly blobs: BlobStore,
    private readonly store: RecordedMailStore,
    private readonly record: RecordMail,
  ) {}

  /** Returns how many messages were recorded. Throws MailSessionError, LeaseLost. */
  async run(
    session: MailSession,
    lease: Lease,
    wanted: FolderToSync,
    signal: AbortSignal,
  ): Promise<number> {
    const position = await session.position(wanted.folder);
    const sync = await this.begin(session, lease, wanted, position);
    if (sync === null) return 0;
    let recorded = 0;
    // One group is written while the next is being fetched.
    let writing: Promise<number> = Promise.resolve(0);
    try {
      while (!signal.aborted) {
        const page = await session.announced(wanted.folder, sync.fetchedUpTo, PAGE_SIZE);
        if (page.length === 0) break;
        for (const group of fetchGroups(page, (message) => this.treatment(message, sync))) {
          if (signal.aborted) break;
          const mails = await this.arrive(session, wanted.folder, group);
          sync.fetchedUpTo = group.lastUid;
          recorded += await writing;
          writing = this.write(sync, lease, mails, group.lastUid);
          writing.catch(() => undefined);
        }
      }
    } finally {
      recorded += await writing;
    }
    await this.endFirstLook(sync, lease, signal);
    return recorded;
  }

  private async begin(
    session: MailSession,
    lease: Lease,
    wanted: FolderToSync,
    position: FolderPosition,
  ): Promise<Sync | null> {
    const mailbox = this.config.get().mailboxes[session.mailboxKey];
    if (mailbox === undefined) return null;
    const where: FolderOfMailbox = {
      mailboxKey: session.mailboxKey,
      queueKey: mailbox.queue,
      folder: wanted.folder,
      role: wanted.role,
      uidvalidity: position.uidValidity,
    };
    const known = await this.store.cursorOf(session.mailboxKey, wanted.folder);
    if (known !== null && known.uidvalidity === position.uidValidity) {
      return {
        where,
        fetchedUpTo: known.lastUid,
        startAt: known.startAt,
        firstLookUpTo: position.uidNext - 1,
      };
    }
    if (known !== null) {
      log.warn(
        { mailbox: session.mailboxKey, role: wanted.role },
        'UIDVALIDITY changed: every message is fetched again',
      );
    }
    const cursor: FolderCursor = {
      uidvalidity: position.uidValidity,
      lastUid: 0,
      startAt: startOfSecond(wanted.startAt),
    };
    await this.record.run(lease, where, [], cursor);
    return { where, fetchedUpTo: 0, startAt: cursor.startAt, firstLookUpTo: position.uidNext - 1 };
  }

  /** The messages that were there at the first look are judged: from now on no date is looked at, only UIDs. */
  private async endFirstLook(sync: Sync, lease: Lease, signal: AbortSignal): Promise<void> {
    if (sync.startAt === null || signal.aborted) return;
    sync.startAt = null;
    const lastUid = Math.max(sync.fetchedUpTo, sync.firstLookUpTo);
    await this.record.run(lease, sync.where, [], {
      uidvalidity: sync.where.uidvalidity,
      lastUid,
      startAt: null,
    });
  }

  private treatment(message: AnnouncedMessage, sync: Sync): FetchGroup['treatment'] {
    const old =
      sync.startAt !== null &&
      message.uid <= sync.firstLookUpTo &&
      message.internalDate < sync.startAt;
    if (old) return 'historical';
    return message.sizeBytes > this.config.get().limits.messageBytes ? 'partial' : 'whole';
  }

  private async arrive(
    session: MailSession,
    folder: string,
    group: FetchGroup,
  ): Promise<ArrivedMail[]> {
    const arrived = new Map<number, ArrivedMail['blob']>();
    if (group.treatment === 'whole' && group.streamed) {
      const [message] = group.messages;
      const stream = await session.streamRaw(folder, message!.uid);
      if (stream !== null) {
        // The announced size is the server's word; what really comes is bounded all the same.
        const limit = 2 * Math.max(message!.sizeBytes, 1024);
        arrived.set(message!.uid, await this.blobs.stageStream(stream, limit));
      }
    } else if (group.treatment === 'whole') {
      const uids = group.messages.map(({ uid }) => uid);
      for await (const { uid, raw } of session.fetchRaw(folder, uids)) {
        arrived.set(uid, await this.blobs.stage(raw));
      }
    } else if (group.treatment === 'partial') {
      const [message] = group.messages;
      const raw = await session.fetchPartial(folder, message!.uid);
      if (raw !== null) arrived.set(message!.uid, await this.blobs.stage(raw));
    }
    const fetchedAt = this.clock.now();
    return group.messages.map((message) => {
      const blob = arrived.get(message.uid) ?? null;
      const disposition =
        group.treatment === 'historical' ? 'historical' : blob === null ? 'vanished' : null;
      return {
        uid: message.uid,
        sizeBytes: message.sizeBytes,
        blob,
        partial: group.treatment === 'partial' && blob !== null,
        // D15: a server clock that runs ahead must not give us time.
        receivedAt: message.internalDate < fetchedAt ? message.internalDate : fetchedAt,
        disposition,
      };
    });
  }

  private write(
    sync: Sync,
    lease: Lease,
    mails: readonly ArrivedMail[],
    lastUid: number,
  ): Promise<number> {
    const { where, startAt } = sync;
    return this.record.run(lease, where, mails, {
      uidvalidity: where.uidvalidity,
      lastUid,
      startAt,
    });
  }
}

interface Sync {
  readonly where: FolderOfMailbox;
  fetchedUpTo: number;
  startAt: Date | null;
  readonly firstLookUpTo: number;
}

/** INTERNALDATE has whole seconds: a message of the very second of the start is new. */
function startOfSecond(instant: Date | null): Date | null {
  return instant === null ? null : new Date(Math.floor(instant.getTime() / 1000) * 1000);
}
