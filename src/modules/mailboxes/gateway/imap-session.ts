import type { ImapFlow, ListResponse, MailboxObject } from 'imapflow';
import { Readable } from 'node:stream';
import { assemblePartial, firstTextPart } from '../domain/partial-message.js';
import { MailSessionError } from '../domain/session-failure.js';
import type {
  AnnouncedMessage,
  FolderPosition,
  MailSession,
  WantedMail,
} from '../mail-sessions.facade.js';
import type { ImapConnection } from './imap-connection.js';
import { NewsWatch } from './news-watch.js';
import { uidSet } from './uid-set.js';

/** Piece of a large message asked for at a time: what one download holds in memory. */
const STREAM_CHUNK_BYTES = 1024 * 1024;
/** D27: as much of the first text part as anybody reads. */
const PARTIAL_TEXT_BYTES = 256 * 1024;
/** SINCE looks at days in the server's own zone. */
const DAY_MS = 24 * 3_600_000;
/** UIDs in one command: servers limit the length of a command line. */
const COMMAND_UIDS = 100;

/** Which folders to look for, as configured: a path, `false` (not watched) or undefined (by special use). */
export interface WantedFolders {
  readonly inbox: string;
  readonly junk?: string | false | undefined;
  readonly sent?: string | false | undefined;
}

/** `MailSession` over imapflow. One call at a time, but for `close`, which may come at any moment. */
export class ImapSession implements MailSession {
  private readonly news: NewsWatch;
  /** UIDs that a SEARCH found and that `announced` has not handed out yet, per folder. */
  private backlog: { readonly folder: string; readonly uids: readonly number[] } | null = null;

  constructor(
    readonly mailboxKey: string,
    private readonly connection: ImapConnection,
    private readonly wanted: WantedFolders,
  ) {
    this.news = new NewsWatch(connection);
  }

  get supportsIdle(): boolean {
    return this.connection.client.capabilities.has('IDLE');
  }

  async position(folder: string): Promise<FolderPosition> {
    const mailbox = await this.connection.run(async (client) => {
      await client.noop();
      // SELECT again also where the folder is open: only SELECT tells UIDNEXT, and a folder that was deleted and made
      // anew shows its new UIDVALIDITY.
      return this.open(folder, true);
    });
    return {
      folder,
      uidValidity: mailbox.uidValidity.toString(),
      uidNext: mailbox.uidNext,
      exists: mailbox.exists,
    };
  }

  async folders(): Promise<{ inbox: string; junk: string | null; sent: string | null }> {
    const listed = await this.connection.run((client) => client.list());
    const resolve = (configured: string | false | undefined, use: string): string | null => {
      if (configured === false) return null;
      if (configured !== undefined) {
        if (!listed.some((entry) => entry.path === configured)) throw missing(configured, listed);
        return configured;
      }
      return markedFolder(listed, use);
    };
    const { inbox } = this.wanted;
    const isInbox = inbox.toUpperCase() === 'INBOX';
    if (!isInbox && !listed.some((entry) => entry.path === inbox)) throw missing(inbox, listed);
    return {
      inbox: isInbox ? 'INBOX' : inbox,
      junk: resolve(this.wanted.junk, '\\Junk'),
      sent: resolve(this.wanted.sent, '\\Sent'),
    };
  }

  async announced(folder: string, afterUid: number, limit: number): Promise<AnnouncedMessage[]> {
    return this.connection.run(async (client) => {
      const mailbox = await this.open(folder);
      // The server tells of new messages with the answer to any command; NOOP makes it look.
      await client.noop();
      this.news.looking(folder, mailbox);
      for (;;) {
        const range = await this.nextRange(folder, mailbox, afterUid, limit);
        if (range === null) return [];
        const found: AnnouncedMessage[] = [];
        const query = { uid: true, size: true, internalDate: true };
        for await (const message of client.fetch(range, query, { uid: true })) {
          // `n:*` is never empty: where nothing is new it names the last message (RFC 9051 §9, seq-range).
          if (message.uid <= afterUid || message.size === undefined) continue;
          found.push(announced({ ...message, size: message.size }));
        }
        if (found.length > 0 || this.backlog === null) {
          const page = found.toSorted((left, right) => left.uid - right.uid).slice(0, limit);
          this.news.found(folder, page.at(-1)?.uid ?? afterUid);
          return page;
        }
      }
    });
  }

  async uids(folder: string, from: number, to: number): Promise<number[]> {
    return this.connection.run(async (client) => {
      await this.open(folder);
      const found = await client.search({ uid: `${from}:${to}` }, { uid: true });
      // Refused, not empty: an empty answer would say that everything is gone.
      if (found === false || found === undefined) throw refused(`a search in ${folder}`);
      return found.filter((uid) => uid >= from && uid <= to).toSorted((a, b) => a - b);
    });
  }

  async about(folder: string, uids: readonly number[]): Promise<AnnouncedMessage[]> {
    const found: AnnouncedMessage[] = [];
    await this.inBatches(folder, uids, async (range) => {
      const query = { uid: true, size: true, internalDate: true };
      for await (const message of this.connection.client.fetch(range, query, { uid: true })) {
        if (message.size !== undefined) found.push(announced({ ...message, size: message.size }));
      }
    });
    return found.toSorted((left, right) => left.uid - right.uid);
  }

  async findMail(folder: string, wanted: WantedMail): Promise<Date | null> {
    const { messageId, idHeader } = wanted;
    const since = new Date(wanted.since.getTime() - DAY_MS);
    const [first] = await this.connection.run(async (client) => {
      await this.open(folder);
      await client.noop();
      const either = [
        { header: { 'message-id': messageId } },
        { header: { [idHeader]: messageId } },
      ];
      const uids = await client.search({ since, or: either }, { uid: true });
      if (uids === false || uids === undefined) throw refused(`a search in ${folder}`);
      return uids;
    });
    if (first === undefined) return null;
    const [message] = await this.about(folder, [first]);
    return message === undefined ? null : (message.internalDate ?? wanted.since);
  }

  async sentFolder(): Promise<string | null> {
    const { sent } = this.wanted;
    if (typeof sent === 'string') return (await this.folders()).sent;
    const listed = await this.connection.run((client) => client.list());
    return markedFolder(listed, '\\Sent');
  }

  async append(folder: string, raw: Buffer, receivedAt: Date): Promise<void> {
    await this.connection.run(async (client) => {
      const filed = await client.append(folder, raw, ['\\Seen'], receivedAt);
      if (!filed) throw refused(`filing a message in ${folder}`);
    });
  }

  async messageIds(
    folder: string,
    uids: readonly number[],
  ): Promise<ReadonlyMap<number, string | null>> {
    const ids = new Map<number, string | null>();
    await this.inBatches(folder, uids, async (range) => {
      const query = { uid: true, envelope: true };
      for await (const message of this.connection.client.fetch(range, query, { uid: true }))
        ids.set(message.uid, message.envelope?.messageId ?? null);
    });
    return ids;
  }

  async *fetchRaw(
    folder: string,
    uids: readonly number[],
  ): AsyncIterable<{ uid: number; raw: Buffer }> {
    if (uids.length === 0) return;
    let fetched: ReturnType<ImapFlow['fetch']> | null = null;
    try {
      fetched = await this.connection.run(async (client) => {
        await this.open(folder);
        return client.fetch(uidSet(uids), { uid: true, source: true }, { uid: true });
      });
      const pieces = fetched;
      for (;;) {
        const { value: message, done } = await this.connection.run(() => pieces.next());
        if (done === true) return;
        if (message.source !== undefined) yield { uid: message.uid, raw: message.source };
      }
    } catch (error) {
      // RFC 5530 §3: some of them were expunged by somebody else; the others have been handed out.
      const { cause } = error as { cause?: { serverResponseCode?: unknown } };
      if (cause?.serverResponseCode === 'EXPUNGEISSUED') return;
      throw error;
    } finally {
      // Not waited for: where the answer never comes, neither does this.
      void fetched?.return(undefined).catch(() => undefined);
    }
  }

  async streamRaw(folder: string, uid: number): Promise<Readable | null> {
    const first = await this.chunk(folder, uid, 0);
    if (first === null) return null;
    const pieces = async function* (this: ImapSession): AsyncIterable<Buffer> {
      let piece: Buffer = first;
      let at = 0;
      while (piece.length > 0) {
        yield piece;
        at += piece.length;
        if (piece.length < STREAM_CHUNK_BYTES) return;
        const next = await this.chunk(folder, uid, at);
        if (next === null) {
          throw new MailSessionError({
            kind: 'other',
            message: `Message ${uid} in ${folder} was removed while it was being read.`,
          });
        }
        piece = next;
      }
    };
    return Readable.from(pieces.call(this), { objectMode: false, highWaterMark: 1 });
  }

  async fetchPartial(folder: string, uid: number): Promise<Buffer | null> {
    return this.connection.run(async (client) => {
      await this.open(folder);
      const about = await client.fetchOne(
        uid,
        { uid: true, headers: true, bodyStructure: true },
        { uid: true },
      );
      if (about === false || about.headers === undefined) return null;
      const part = about.bodyStructure === undefined ? null : firstTextPart(about.bodyStructure);
      if (part === null) return assemblePartial(about.headers, null, Buffer.alloc(0), false);
      const text = await client.fetchOne(
        uid,
        {
          uid: true,
          bodyParts: [{ key: part.section, start: 0, maxLength: PARTIAL_TEXT_BYTES }],
        },
        { uid: true },
      );
      if (text === false) return null;
      const body = text.bodyParts?.get(part.section) ?? Buffer.alloc(0);
      return assemblePartial(about.headers, part, body, body.length >= PARTIAL_TEXT_BYTES);
    });
  }

  async waitForNews(folder: string, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    const mailbox = await this.connection.run(() => this.open(folder));
    return this.news.wait(folder, mailbox, timeoutMs, signal);
  }

  async markSeen(folder: string, uids: readonly number[]): Promise<void> {
    await this.inBatches(folder, uids, async (range) => {
      const { client } = this.connection;
      if (!(await client.messageFlagsAdd(range, ['\\Seen'], { uid: true }))) {
        throw refused(`marking messages as seen in ${folder}`);
      }
    });
  }

  async move(folder: string, uids: readonly number[], target: string): Promise<void> {
    await this.inBatches(folder, uids, async (range) => {
      const moved = await this.connection.client.messageMove(range, target, { uid: true });
      if (moved !== false) return;
      const listed = await this.connection.client.list();
      if (!listed.some((entry) => entry.path === target)) throw missing(target, listed);
      throw refused(`moving messages from ${folder} to ${target}`);
    });
  }

  async remove(folder: string, uids: readonly number[]): Promise<boolean> {
    if (!this.connection.client.capabilities.has('UIDPLUS')) return false;
    await this.inBatches(folder, uids, async (range) => {
      const removed = await this.connection.client.messageDelete(range, { uid: true });
      if (!removed) throw refused(`removing messages from ${folder}`);
    });
    return true;
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  /** Quota of the folder's root in bytes; null where the server has none or does not tell. For `mailbox check`. */
  async quota(folder: string): Promise<{ usedBytes: number; limitBytes: number } | null> {
    const quota = await this.connection.run((client) =>
      client.capabilities.has('QUOTA') ? client.getQuota(folder) : Promise.resolve(false as const),
    );
    const storage = quota === false ? undefined : quota.storage;
    if (storage?.usage === undefined || storage.limit === undefined) return null;
    return { usedBytes: storage.usage, limitBytes: storage.limit };
  }

  private async inBatches(
    folder: string,
    uids: readonly number[],
    work: (range: string) => Promise<void>,
  ): Promise<void> {
    for (let at = 0; at < uids.length; at += COMMAND_UIDS) {
      await this.connection.run(async () => {
        await this.open(folder);
        await work(uidSet(uids.slice(at, at + COMMAND_UIDS)));
      });
    }
  }

  /** Selects the folder where it is not selected already (or `again`). Throws `folder_missing` with what exists. */
  private async open(folder: string, again = false): Promise<MailboxObject> {
    const { client } = this.connection;
    if (!again && client.mailbox !== false && client.mailbox.path === folder) return client.mailbox;
    this.backlog = null;
    try {
      return await client.mailboxOpen(folder);
    } catch (error) {
      if ((error as { mailboxMissing?: boolean }).mailboxMissing === true) {
        throw missing(folder, await client.list());
      }
      throw error;
    }
  }

  /** The UIDs to announce next: all from `afterUid` on where few can be there, else a page of what SEARCH finds. */
  private async nextRange(
    folder: string,
    mailbox: MailboxObject,
    afterUid: number,
    limit: number,
  ): Promise<string | null> {
    const rest = this.backlog?.folder === folder ? this.backlog.uids : [];
    let ahead = rest.filter((uid) => uid > afterUid);
    if (ahead.length === 0) {
      this.backlog = null;
      if (mailbox.uidNext <= afterUid + 1 + limit || mailbox.exists <= limit) {
        return `${afterUid + 1}:*`;
      }
      const uids = await this.connection.client.search({ uid: `${afterUid + 1}:*` }, { uid: true });
      ahead = (uids || []).filter((uid) => uid > afterUid).toSorted((left, right) => left - right);
      if (ahead.length === 0) return null;
    }
    const page = ahead.slice(0, limit);
    const later = ahead.slice(limit);
    this.backlog = later.length > 0 ? { folder, uids: later } : null;
    return uidSet(page);
  }

  /** Bytes of the raw message from `start`; null if the message is gone. */
  private chunk(folder: string, uid: number, start: number): Promise<Buffer | null> {
    return this.connection.run(async (client) => {
      await this.open(folder);
      const message = await client.fetchOne(
        uid,
        { uid: true, source: { start, maxLength: STREAM_CHUNK_BYTES } },
        { uid: true },
      );
      return message === false ? null : (message.source ?? Buffer.alloc(0));
    });
  }
}

/** Marked by the server, not guessed from a name: another team's "Spam" folder is not our Junk. */
function markedFolder(listed: readonly ListResponse[], use: string): string | null {
  const marked = listed.find(
    (entry) => entry.specialUse === use && entry.specialUseSource === 'extension',
  );
  return marked?.path ?? null;
}

function announced(message: {
  uid: number;
  size: number;
  internalDate?: Date | string | undefined;
}): AnnouncedMessage {
  const { uid, size: sizeBytes } = message;
  return { uid, sizeBytes, internalDate: readInstant(message.internalDate) };
}

function missing(folder: string, listed: readonly ListResponse[]): MailSessionError {
  const names = listed.map((entry) => entry.path).slice(0, 50);
  return new MailSessionError({
    kind: 'folder_missing',
    message: `There is no folder "${folder}" in this mailbox; it has: ${names.join(', ')}.`,
  });
}

/** imapflow reports a refused command of this kind as `false`, without the server's words. */
function refused(what: string): MailSessionError {
  return new MailSessionError({ kind: 'protocol', message: `The IMAP server refused ${what}.` });
}

/** imapflow hands out the server's text where it is no date. */
function readInstant(value: Date | string | undefined): Date | null {
  const instant = value === undefined ? null : new Date(value);
  return instant === null || Number.isNaN(instant.getTime()) ? null : instant;
}
