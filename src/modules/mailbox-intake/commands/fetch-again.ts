import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import { Alarms, AppError, Database } from '../../../platform/index.js';
import { BlobStore, type StagedBlob } from '../../files/index.js';
import { MailSessionError, MailSessions, type MailSession } from '../../mailboxes/index.js';
import { IntakeWorkStore, type PlaceOnServer } from '../store/intake-work.store.js';
import { undeliverableAlarm } from '../store/recorded-mail.store.js';

/**
 * Asks the server once more for a message that it announced and did not deliver (D22), by the UID that it had, with a
 * session of its own. Safe to call twice.
 */
@Injectable()
export class FetchAgain {
  constructor(
    private readonly config: CurrentConfig,
    private readonly sessions: MailSessions,
    private readonly blobs: BlobStore,
    private readonly store: IntakeWorkStore,
    private readonly database: Database,
    private readonly alarms: Alarms,
  ) {}

  /** The bytes are recorded and the alarm about them ends. AppError `conflict` saying why they cannot be had. */
  async run(id: string): Promise<void> {
    const place = await this.store.placeOf(id);
    if (place === null) throw new AppError('not_found');
    if (this.config.get().mailboxes[place.mailboxKey] === undefined) {
      throw unavailable(`the mailbox ${place.mailboxKey} is configured no more`);
    }
    const partial = place.sizeBytes > this.config.get().limits.messageBytes;
    const blob = await this.fetch(place, partial);
    await this.database.inTransaction(async (tx) => {
      await this.blobs.record(tx, [blob]);
      await this.store.attachBytes(tx, id, { sha256: blob.sha256, partial });
    });
    const { mailboxKey, uidvalidity, uid } = place;
    await this.alarms.clear(`${undeliverableAlarm(mailboxKey)}.${uidvalidity}.${uid}`);
  }

  private async fetch(place: PlaceOnServer, partial: boolean): Promise<StagedBlob> {
    let session: MailSession | null = null;
    try {
      session = await this.sessions.connect(place.mailboxKey);
      const { uidValidity } = await session.position(place.folder);
      if (uidValidity !== place.uidvalidity) {
        throw unavailable(`the folder ${place.folder} was made anew; its UIDs mean other messages`);
      }
      const blob = partial
        ? await this.fetchPart(session, place)
        : await this.fetchWhole(session, place);
      if (blob === null) throw unavailable(`UID ${place.uid} of ${place.folder} is gone`);
      return blob;
    } catch (error) {
      if (error instanceof MailSessionError) throw unavailable(error.message, error);
      throw error;
    } finally {
      await session?.close();
    }
  }

  private async fetchWhole(
    session: MailSession,
    { folder, uid, sizeBytes }: PlaceOnServer,
  ): Promise<StagedBlob | null> {
    const stream = await session.streamRaw(folder, uid);
    return stream && this.blobs.stageStream(stream, 2 * Math.max(sizeBytes, 1024));
  }

  /** Over the size limit: header and first text part (D27). */
  private async fetchPart(
    session: MailSession,
    { folder, uid }: PlaceOnServer,
  ): Promise<StagedBlob | null> {
    const raw = await session.fetchPartial(folder, uid);
    return raw && this.blobs.stage(raw);
  }
}

function unavailable(why: string, cause?: Error): AppError {
  return new AppError('conflict', {
    detail: 'O servidor ainda não entrega os bytes desta mensagem; não há o que reprocessar.',
    detailEn: `The bytes of this message cannot be fetched: ${why}.`,
    ...(cause === undefined ? {} : { cause }),
  });
}
