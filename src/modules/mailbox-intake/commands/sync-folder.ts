import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import { Alarms, AppError, Clock, createLogger, type Lease } from '../../../platform/index.js';
import { BlobStore } from '../../files/index.js';
import {
  MailSessionError,
  type AnnouncedMessage,
  type FolderPosition,
  type MailSession,
} from '../../mailboxes/index.js';
import { fetchGroups, type FetchGroup } from '../domain/fetch-groups.js';
import { readMessageIds } from '../parser/envelope-headers.js';
import {
  RecordedMailStore,
  undeliverableAlarm,
  type FolderOfMailbox,
} from '../store/recorded-mail.store.js';
import { FetchTroubles } from './fetch-troubles.js';
import { RecordMail, type ArrivedMail } from './record-mail.js';

const log = createLogger('mailbox-intake');

/** UIDs asked for at a time: a page of headers' sizes, not of messages. */
const PAGE_SIZE = 1_000;

export interface FolderToSync {
  readonly folder: string;
  readonly role: 'inbox' | 'junk' | 'sent';
  /** D1: older messages are historical at the first look; null: none are. */
  readonly startAt: Date | null;
  /** Called whenever something was recorded: the session is of use. */
  readonly progressed?: () => void;
}

/**
 * Stage 1 of one folder: everything above the cursor is fetched and recorded, page by page, whatever its age. After a
 * UIDVALIDITY change everything is fetched again; known messages are recognised later by their fingerprint (D1, D25).
 * A message that the server does not deliver is recorded without its bytes, to be quarantined, and passed (D22).
 */
@Injectable()
export class SyncFolder {
  private readonly troubles = new FetchTroubles();

  constructor(
    private readonly config: CurrentConfig,
    private readonly clock: Clock,
    private readonly blobs: BlobStore,
    private readonly store: RecordedMailStore,
    private readonly record: RecordMail,
    private readonly alarms: Alarms,
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
        const page = await this.page(session, sync);
        if (page.length === 0) break;
        for (const group of this.groups(page, sync)) {
          if (signal.aborted) break;
          const mails = await this.arriveOrGiveUp(session, sync, group, signal);
          sync.fetchedUpTo = group.lastUid;
          recorded += await writing;
          writing = this.write(sync, lease, mails, group.lastUid);
          writing.then(wanted.progressed, () => undefined);
        }
      }
    } finally {
      recorded += await writing;
    }
    if (!signal.aborted) {
      this.troubles.over(nameOf(sync.where));
      this.troubles.over(headersOf(sync.where));
      for (const alarm of await this.store.settledAlarms(sync.where.mailboxKey))
        await this.alarms.clear(alarm);
    }
    await this.endFirstLook(sync, lease, signal);
    return recorded;
  }

  /**
   * Fetches exactly these messages, as `run` does it; the cursor stays where it is. `historicalUpTo`: up to there a
   * message older than `startAt` is historical (D1). Returns how many were recorded. Throws MailSessionError, LeaseLost.
   */
  async these(
    session: MailSession,
    lease: Lease,
    wanted: FolderToSync & { readonly historicalUpTo: number },
    uids: readonly number[],
  ): Promise<number> {
    const { uidValidity: uidvalidity } = await session.position(wanted.folder);
    const cursor = await this.store.cursorOf(session.mailboxKey, wanted.folder);
    const where = this.whereOf(session, wanted, uidvalidity);
    if (where === null || cursor?.uidvalidity !== uidvalidity) return 0;
    const { lastUid: from } = cursor;
    const sync: Sync = {
      where,
      fetchedUpTo: 0,
      recordedUpTo: from,
      startAt: startOfSecond(wanted.startAt),
      firstLookUpTo: wanted.historicalUpTo,
      recogniseUpTo: null,
      recognised: new Set(),
      messageIds: NO_IDS,
    };
    let recorded = 0;
    for (let at = 0; at < uids.length; at += PAGE_SIZE) {
      const page = await session.about(wanted.folder, uids.slice(at, at + PAGE_SIZE));
      for (const group of this.groups(this.dated(page), sync)) {
        const mails = await this.arriveOrGiveUp(session, sync, group, NEVER);
        recorded += await this.record.run(lease, where, mails, { ...cursor, from });
      }
    }
    return recorded;
  }

  private whereOf(
    session: MailSession,
    wanted: FolderToSync,
    uidvalidity: string,
  ): FolderOfMailbox | null {
    const { mailboxKey } = session;
    const mailbox = this.config.get().mailboxes[mailboxKey];
    if (mailbox === undefined) return null;
    const { folder, role } = wanted;
    return { mailboxKey, queueKey: mailbox.queue, folder, role, uidvalidity };
  }

  private async begin(
    session: MailSession,
    lease: Lease,
    wanted: FolderToSync,
    position: FolderPosition,
  ): Promise<Sync | null> {
    const where = this.whereOf(session, wanted, position.uidValidity);
    if (where === null) return null;
    const known = await this.store.cursorOf(session.mailboxKey, wanted.folder);
    const firstLookUpTo = position.uidNext - 1;
    const sync = { where, firstLookUpTo, recognised: new Set<number>(), messageIds: NO_IDS };
    if (known !== null && known.uidvalidity === position.uidValidity) {
      const { lastUid, startAt, recogniseUpTo = null } = known;
      return { ...sync, fetchedUpTo: lastUid, recordedUpTo: lastUid, startAt, recogniseUpTo };
    }
    if (known !== null) {
      log.warn(
        { mailbox: session.mailboxKey, role: wanted.role },
        'UIDVALIDITY changed: every message is fetched again',
      );
    }
    // Only the first look ever goes by dates: those of a folder that was made anew may be anything.
    const startAt = known === null ? startOfSecond(wanted.startAt) : known.startAt;
    const recogniseUpTo = known === null ? null : firstLookUpTo;
    const { uidValidity: uidvalidity } = position;
    await this.record.run(lease, where, [], { uidvalidity, lastUid: 0, startAt, recogniseUpTo });
    return { ...sync, fetchedUpTo: 0, recordedUpTo: 0, startAt, recogniseUpTo };
  }

  /** The messages that were there at the first look are judged: from now on no date is looked at, only UIDs. */
  private async endFirstLook(sync: Sync, lease: Lease, signal: AbortSignal): Promise<void> {
    if (sync.startAt === null || signal.aborted) return;
    sync.startAt = null;
    await this.write(sync, lease, [], Math.max(sync.fetchedUpTo, sync.firstLookUpTo));
  }

  /** What is announced next. A server that tells no INTERNALDATE gives its messages the time at which we see them. */
  private async page(session: MailSession, sync: Sync): Promise<Announced[]> {
    const page = await session.announced(sync.where.folder, sync.fetchedUpTo, PAGE_SIZE);
    const dated = this.dated(page);
    await this.recognise(session, sync, dated);
    return dated;
  }

  private dated(page: readonly AnnouncedMessage[]): Announced[] {
    const now = this.clock.now();
    return page.map((message) => ({ ...message, internalDate: message.internalDate ?? now }));
  }

  /** After a UIDVALIDITY change: which of the page were historical before (D1). */
  private async recognise(session: MailSession, sync: Sync, page: Announced[]): Promise<void> {
    const { where, recogniseUpTo } = sync;
    const asked = page.filter(({ uid }) => recogniseUpTo !== null && uid <= recogniseUpTo);
    sync.messageIds = await this.messageIds(session, where, asked);
    const marks = asked.map(({ uid, sizeBytes, internalDate: receivedAt }) => {
      return { uid, sizeBytes, receivedAt, messageId: sync.messageIds.get(uid) ?? null };
    });
    const known =
      marks.length === 0 ? [] : await this.store.historicalAmong(where.mailboxKey, marks);
    sync.recognised = new Set(known.map(({ uid }) => uid));
  }

  /** Message-IDs of messages whose bytes are not fetched; none where the server fails at it again and again. */
  private async messageIds(
    session: MailSession,
    where: FolderOfMailbox,
    messages: readonly Announced[],
  ): Promise<MessageIds> {
    const last = messages.at(-1);
    if (last === undefined) return NO_IDS;
    const name = headersOf(where);
    const all: FetchGroup = {
      messages,
      treatment: 'historical',
      streamed: false,
      lastUid: last.uid,
    };
    if (this.troubles.parts(name, all).length > 1) return NO_IDS;
    try {
      const uids = messages.map(({ uid }) => uid);
      const headers = await session.messageIds(where.folder, uids);
      return new Map([...headers].map(([uid, id]) => [uid, readMessageIds(id ?? '')[0] ?? null]));
    } catch (error) {
      if (!isOfTheMessage(error) || !this.troubles.failed(name, all)) throw error;
      return NO_IDS;
    }
  }

  private *groups(page: readonly Announced[], sync: Sync): Generator<FetchGroup> {
    const name = nameOf(sync.where);
    for (const group of fetchGroups(page, (message) => this.treatment(message, sync)))
      yield* this.troubles.parts(name, group);
  }

  private treatment(message: Announced, sync: Sync): FetchGroup['treatment'] {
    const old =
      sync.startAt !== null &&
      message.uid <= sync.firstLookUpTo &&
      message.internalDate < sync.startAt;
    if (old || sync.recognised.has(message.uid)) return 'historical';
    return message.sizeBytes > this.config.get().limits.messageBytes ? 'partial' : 'whole';
  }

  /** Throws what went wrong, until it is clear that it is this one message that the server cannot deliver. */
  private async arriveOrGiveUp(
    session: MailSession,
    sync: Sync,
    group: FetchGroup,
    signal: AbortSignal,
  ): Promise<ArrivedMail[]> {
    const { where } = sync;
    try {
      return await this.arrive(session, sync, group);
    } catch (error) {
      if (signal.aborted || !isOfTheMessage(error)) throw error;
      if (!this.troubles.failed(nameOf(where), group)) throw error;
      const { uid } = group.messages[0]!;
      const sentence = `The server does not deliver message UID ${uid} of ${where.folder}: ${error.message}`;
      log.error({ mailbox: where.mailboxKey, uid, err: error.message }, 'message passed over');
      await this.alarms.raise(
        `${undeliverableAlarm(where.mailboxKey)}.${where.uidvalidity}.${uid}`,
        'critical',
        `${sentence} A ticket without its content stands for it: replay its intake once the server delivers it again, or read the message on the server itself and resolve the ticket.`,
        { mailbox: where.mailboxKey, folder: where.folder, uid },
      );
      return group.messages.map((message) => ({
        ...this.arrived(message, null),
        disposition: null,
        error: sentence.slice(0, 1_000),
      }));
    }
  }

  private arrived(message: Announced, blob: ArrivedMail['blob']): Omit<ArrivedMail, 'disposition'> {
    const now = this.clock.now();
    return {
      uid: message.uid,
      sizeBytes: message.sizeBytes,
      blob,
      partial: false,
      // D15: a server clock that runs ahead must not give us time.
      receivedAt: message.internalDate < now ? message.internalDate : now,
      error: null,
    };
  }

  private async arrive(
    session: MailSession,
    sync: Sync,
    group: FetchGroup,
  ): Promise<ArrivedMail[]> {
    const { folder } = sync.where;
    if (group.treatment === 'historical') {
      const unasked = group.messages.filter(({ uid }) => !sync.messageIds.has(uid));
      const ids = await this.messageIds(session, sync.where, unasked);
      return group.messages.map((message) => ({
        ...this.arrived(message, null),
        disposition: 'historical',
        messageId: sync.messageIds.get(message.uid) ?? ids.get(message.uid) ?? null,
      }));
    }
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
    return group.messages.map((message) => {
      const blob = arrived.get(message.uid) ?? null;
      const partial = group.treatment === 'partial' && blob !== null;
      const disposition = blob === null ? 'vanished' : null;
      return { ...this.arrived(message, blob), partial, disposition };
    });
  }

  private async write(
    sync: Sync,
    lease: Lease,
    mails: readonly ArrivedMail[],
    lastUid: number,
  ): Promise<number> {
    const { where, startAt, recogniseUpTo, recordedUpTo: from } = sync;
    const { uidvalidity } = where;
    const cursor = { uidvalidity, lastUid, startAt, recogniseUpTo, from };
    const recorded = await this.record.run(lease, where, mails, cursor);
    sync.recordedUpTo = lastUid;
    return recorded;
  }
}

type Announced = FetchGroup['messages'][number];
type MessageIds = ReadonlyMap<number, string | null>;

const NO_IDS: MessageIds = new Map();
const NEVER = new AbortController().signal;

interface Sync {
  readonly where: FolderOfMailbox;
  fetchedUpTo: number;
  /** Where the cursor stands. */
  recordedUpTo: number;
  startAt: Date | null;
  readonly firstLookUpTo: number;
  readonly recogniseUpTo: number | null;
  /** UIDs of the page in hand that were historical before. */
  recognised: ReadonlySet<number>;
  /** Message-IDs that were asked for already for the page in hand. */
  messageIds: MessageIds;
}

/** INTERNALDATE has whole seconds: a message of the very second of the start is new. */
function startOfSecond(instant: Date | null): Date | null {
  return instant === null ? null : new Date(Math.floor(instant.getTime() / 1000) * 1000);
}

function nameOf({ mailboxKey, folder, uidvalidity }: FolderOfMailbox): string {
  return JSON.stringify([mailboxKey, folder, uidvalidity]);
}

function headersOf(where: FolderOfMailbox): string {
  return `headers of ${nameOf(where)}`;
}

/** Not a full disk, not our database: the server's answer to being asked for this message, or what came instead of it. */
function isOfTheMessage(error: unknown): error is Error {
  return (
    error instanceof MailSessionError ||
    (error instanceof AppError && error.code === 'body_too_large')
  );
}
