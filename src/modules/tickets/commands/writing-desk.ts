import { Injectable } from '@nestjs/common';
import { FileScans } from '../../files/index.js';
import type { AccessScope } from '../../queues/index.js';
import { AppError, type Tx } from '../../../platform/index.js';
import { sameAddress, type MailAddress } from '../domain/addresses.js';
import type { TicketStatus } from '../domain/ticket-status.js';
import { AttachmentStore, type PickedAttachment } from '../store/attachment.store.js';
import { TicketAccess } from '../store/ticket-access.js';
import { TicketRecords } from '../store/ticket-records.js';
import { TicketMail } from './ticket-mail.js';
import type { WrittenBody } from './written-body.js';

/** What every command needs in which an agent writes something on a ticket. */
@Injectable()
export class WritingDesk {
  constructor(
    readonly access: TicketAccess,
    readonly records: TicketRecords,
    readonly mail: TicketMail,
    private readonly attachments: AttachmentStore,
    private readonly scans: FileScans,
  ) {}

  /**
   * The files to go with it; AppError `validation_failed` naming the first id that this agent may not use here,
   * `file_held` where one is kept back: what nobody may open is passed on to nobody.
   */
  private async pick(
    tx: Tx,
    ticketId: string,
    scope: AccessScope,
    ids: readonly string[],
  ): Promise<PickedAttachment[]> {
    const picked = await this.attachments.pick(tx, ticketId, scope.actor.agentId, ids);
    const missing = ids.findIndex((id) => !picked.some((one) => one.id === id));
    if (missing >= 0) {
      throw new AppError('validation_failed', {
        fields: [
          {
            path: `attachmentIds[${missing}]`,
            reason: 'is no upload of yours and not on this ticket',
          },
        ],
      });
    }
    for (const { scan, messageId } of picked) {
      const caution = this.scans.cautionOf(scan);
      // An agent's own upload goes along before the scanner has come to it, unless it is known to be bad.
      if (caution?.held !== true || (messageId === null && caution.kind !== 'infected')) continue;
      throw new AppError('file_held', { detail: caution.text, detailEn: caution.textEn });
    }
    return picked;
  }

  /** Puts picked files on a message that was written otherwise. */
  async attachTo(
    tx: Tx,
    scope: AccessScope,
    message: { ticketId: string; messageId: string },
    ids: readonly string[],
    now: Date,
  ): Promise<void> {
    const picked = await this.pick(tx, message.ticketId, scope, ids);
    await this.attachments.attach(tx, message.messageId, picked, now);
  }

  /**
   * Writes what an agent says as a message of the ticket with the files she picked, and lets the people it goes to take
   * part; the caller sends it and saves the ticket.
   */
  async write(tx: Tx, scope: AccessScope, ticketId: string, draft: Draft): Promise<Written> {
    const { actor } = scope;
    const to = draft.to ?? [];
    const cc = draft.cc ?? [];
    const picked = await this.pick(tx, ticketId, scope, draft.attachmentIds);
    const messageId = await this.records.messages.insert(tx, {
      ticketId,
      kind: draft.kind,
      authorKind: 'agent',
      authorAgentId: actor.agentId,
      authorName: actor.name,
      subject: draft.subject ?? '',
      ...draft.body,
      to,
      cc,
      thenStatus: draft.thenStatus ?? null,
      details: draft.details ?? {},
      createdAt: draft.now,
    });
    await this.attachments.attach(tx, messageId, picked, draft.now);
    const role = draft.kind === 'third_party' ? ('outsider' as const) : ('cc' as const);
    await this.records.participants.add(
      tx,
      ticketId,
      [...to, ...cc].map((one) => ({ address: sameAddress(one.address), name: one.name, role })),
      `agent:${actor.agentId}`,
      draft.now,
    );
    return { messageId, picked, agentName: actor.name };
  }
}

/** What an agent wants to say. */
export interface Draft {
  readonly kind: 'reply' | 'note' | 'third_party';
  readonly subject?: string;
  readonly body: WrittenBody;
  readonly to?: readonly MailAddress[];
  readonly cc?: readonly MailAddress[];
  readonly thenStatus?: TicketStatus;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly attachmentIds: readonly string[];
  readonly now: Date;
}

export interface Written {
  readonly messageId: string;
  readonly picked: readonly PickedAttachment[];
  readonly agentName: string;
}
