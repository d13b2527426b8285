import { Injectable, Optional } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { CurrentConfig } from '../../config/index.js';
import { NoteCertificate } from './commands/note-certificate.js';
import { serverSettings } from './domain/server-settings.js';
import { MailSessionError } from './domain/session-failure.js';
import { ImapConnection } from './gateway/imap-connection.js';
import { ImapSession } from './gateway/imap-session.js';
import { MailCredentials } from './gateway/mail-credentials.js';

export interface FolderPosition {
  readonly folder: string;
  /** Decimal; IMAP's is an unsigned 32-bit number. */
  readonly uidValidity: string;
  readonly uidNext: number;
  readonly exists: number;
}

export interface AnnouncedMessage {
  readonly uid: number;
  readonly sizeBytes: number;
  /** IMAP INTERNALDATE; null where the server tells none that can be read. */
  readonly internalDate: Date | null;
}

/** A mail of ours that may lie in a folder. */
export interface WantedMail {
  /** Without brackets. */
  readonly messageId: string;
  /** Header that carries our Message-ID where the provider writes its own into Message-ID. */
  readonly idHeader: string;
  readonly since: Date;
}

/**
 * One logged-in IMAP connection of one mailbox. Never reused after it failed: every method throws a
 * `MailSessionError` (with a `failure`) once the connection is gone, and the owner makes a new session.
 * Folders are selected as needed; everything is by UID and BODY.PEEK, so nothing changes on the server.
 * One call at a time (`fetchRaw` is a call until its loop ends); `close` may come at any moment.
 */
export interface MailSession {
  readonly mailboxKey: string;
  readonly supportsIdle: boolean;
  /** Selects the folder (after NOOP) and tells where it stands. `failure.kind` folder_missing where it is not there. */
  position(folder: string): Promise<FolderPosition>;
  /** Folder paths found by special use or configuration; null where there is none. */
  folders(): Promise<{ inbox: string; junk: string | null; sent: string | null }>;
  /** UIDs above `afterUid`, ascending, at most `limit` (a page by UID: call again from the last). */
  announced(folder: string, afterUid: number, limit: number): Promise<AnnouncedMessage[]>;
  /**
   * The UIDs of [from, to] that are there, ascending. A range holds at most so many as the caller can bear: a mailbox of
   * half a million is asked for piece by piece.
   */
  uids(folder: string, from: number, to: number): Promise<number[]>;
  /** What `announced` tells, of these messages; a UID that is gone is missing. */
  about(folder: string, uids: readonly number[]): Promise<AnnouncedMessage[]>;
  /** The Message-ID header of each of these messages, as it stands there; a UID that is gone is missing. */
  messageIds(folder: string, uids: readonly number[]): Promise<ReadonlyMap<number, string | null>>;
  /** Whole raw messages for these UIDs by one FETCH; a UID that is gone is simply missing. */
  fetchRaw(folder: string, uids: readonly number[]): AsyncIterable<{ uid: number; raw: Buffer }>;
  /** One message as a stream in bounded memory; null if it is gone. */
  streamRaw(folder: string, uid: number): Promise<Readable | null>;
  /** Header and first text part as a small RFC 5322 message (D27); null if it is gone. */
  fetchPartial(folder: string, uid: number): Promise<Buffer | null>;
  /** Waits in IDLE (or sleeps where the server lacks it) until news, `timeoutMs` or abort. True if there is news. */
  waitForNews(folder: string, timeoutMs: number, signal: AbortSignal): Promise<boolean>;
  /**
   * When the server took the first message that came since the day of `since` and is this mail of ours, by its
   * Message-ID or by what `idHeader` says; null where none is there.
   */
  findMail(folder: string, wanted: WantedMail): Promise<Date | null>;
  /** The Sent folder, also where it is not watched; null where the server marks none. */
  sentFolder(): Promise<string | null>;
  /** Files a message as seen. `failure.kind` too_large or quota where the server does not take it. */
  append(folder: string, raw: Buffer, receivedAt: Date): Promise<void>;
  markSeen(folder: string, uids: readonly number[]): Promise<void>;
  move(folder: string, uids: readonly number[], target: string): Promise<void>;
  /**
   * Deletes exactly these. False, and nothing is done, where the server lacks UIDPLUS (RFC 4315): EXPUNGE would take with
   * it what people have marked as deleted.
   */
  remove(folder: string, uids: readonly number[]): Promise<boolean>;
  close(): Promise<void>;
}

/** Makes IMAP sessions; TLS checked, password or XOAUTH2, as configured. */
@Injectable()
export class MailSessions {
  constructor(
    private readonly config: CurrentConfig,
    private readonly credentials: MailCredentials,
    /** Left out by the operator's tool, which looks without keeping. */
    @Optional() private readonly certificates?: NoteCertificate,
  ) {}

  /** Connects and logs in. Throws MailSessionError; an OAuth2 token that the server refuses is renewed once. */
  async connect(mailboxKey: string): Promise<MailSession> {
    return this.open(mailboxKey);
  }

  /** @internal For `mailbox check`, which also reads the quota. */
  async open(mailboxKey: string): Promise<ImapSession> {
    const mailbox = this.config.get().mailboxes[mailboxKey];
    if (mailbox === undefined) throw new Error(`No mailbox ${mailboxKey} in the configuration`);
    const server = serverSettings('IMAP', mailbox.imap);
    const credentials = await this.credentials.of(mailboxKey, mailbox.imap);
    let connection: ImapConnection;
    try {
      connection = await ImapConnection.open(server, credentials);
    } catch (error) {
      if (credentials.kind !== 'oauth2' || !isAuthentication(error)) throw error;
      const renewed = await this.credentials.of(mailboxKey, mailbox.imap, credentials.accessToken);
      connection = await ImapConnection.open(server, renewed);
    }
    await this.certificates?.run(mailboxKey, 'imap', connection.certificateExpiresAt);
    return new ImapSession(mailboxKey, connection, mailbox.folders);
  }
}

function isAuthentication(error: unknown): boolean {
  return error instanceof MailSessionError && error.failure.kind === 'authentication';
}
