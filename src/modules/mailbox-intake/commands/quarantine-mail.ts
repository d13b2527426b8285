import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import {
  Alarms,
  createLogger,
  Database,
  messageOf,
  type Lease,
  type Tx,
} from '../../../platform/index.js';
import { Tickets, type CustomerMessage } from '../../tickets/index.js';
import { intakeBuildId } from '../build-id.js';
import type { IntakeOutcome, IntakeWork } from '../store/intake-work.store.js';
import { salvageHeader, type Salvaged } from '../domain/salvage-header.js';
import { IntakeStores } from './process-batch.js';
import { LeaseLost } from './record-mail.js';
import { countsAsAttempt } from './temporary-fault.js';

const log = createLogger('mailbox-intake');

/** What can be read of a message without parsing it. */
const HEADER_BYTES = 64 * 1024;

const NOTHING: Salvaged = { from: null, name: '', subject: '', messageId: null, references: [] };

/**
 * A message that cannot be processed (D22): its row says so, and a stub ticket with a running deadline and without
 * acknowledgement stands in the mailbox's queue until a replay fills it. The next message goes on. The same bytes come
 * again (UIDVALIDITY change, copy in another folder) as a duplicate of their stub.
 */
@Injectable()
export class QuarantineMail {
  constructor(
    private readonly database: Database,
    private readonly config: CurrentConfig,
    private readonly stores: IntakeStores,
    private readonly tickets: Tickets,
    private readonly alarms: Alarms,
  ) {}

  /** Where not even a stub can be written the message waits, longer each time, under an alarm; nothing is thrown. */
  async run(lease: Lease | null, work: IntakeWork, reason: string): Promise<void> {
    const salvaged = salvageHeader(await this.headerBytes(work));
    log.error({ intakeId: work.id, mailbox: work.mailboxKey, reason }, 'message quarantined');
    const alarm = `intake.${work.id}`;
    try {
      await this.stub(lease, work, reason, salvaged);
    } catch (error) {
      if (error instanceof LeaseLost || !countsAsAttempt(error)) throw error;
      await this.database.inTransaction((tx) => this.stores.work.postpone(tx, [work.id]));
      await this.alarms.raise(
        alarm,
        'critical',
        `Message ${work.id} of mailbox ${work.mailboxKey} can neither be processed nor quarantined and is tried again from time to time: see helpdesk intake show ${work.id} and the log.`,
        { attempts: work.attempts, error: messageOf(error) },
      );
      return;
    }
    if (work.attempts > 1) await this.alarms.clear(alarm);
  }

  private async stub(
    lease: Lease | null,
    work: IntakeWork,
    reason: string,
    salvaged: Salvaged,
  ): Promise<void> {
    try {
      await this.attempt(lease, work, reason, salvaged);
    } catch (error) {
      if (error instanceof LeaseLost || !countsAsAttempt(error) || salvaged === NOTHING)
        throw error;
      // Perhaps what was salvaged is what nobody can store: an empty stub still shows that something came.
      log.warn(
        { intakeId: work.id, err: messageOf(error) },
        'stub ticket failed, opening an empty one',
      );
      await this.attempt(lease, work, reason, NOTHING);
    }
  }

  private async attempt(
    lease: Lease | null,
    work: IntakeWork,
    reason: string,
    salvaged: Salvaged,
  ): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      if (lease !== null && !(await this.stores.leases.assertHeld(tx, lease)))
        throw new LeaseLost(lease.name);
      if ((await this.stores.work.lockUnfinished(tx, [work.id])).length === 0) return;
      const known = await this.stores.work.ticketOfQuarantined(tx, work, salvaged.messageId);
      const ticketId = known ?? (await this.openStub(tx, work, salvaged));
      const outcome = quarantined(work, reason, salvaged, ticketId, known !== null);
      await this.stores.work.finish(tx, [outcome], this.stores.clock.now());
    });
  }

  private async openStub(tx: Tx, work: IntakeWork, salvaged: Salvaged): Promise<string> {
    const mailbox = this.config.get().mailboxes[work.mailboxKey];
    const { ticketId } = await this.tickets.open(tx, {
      message: stubMessage(work, salvaged),
      channel: 'email',
      mailboxKey: work.mailboxKey,
      queueKey: mailbox?.queue ?? work.queueKey,
      reason: { key: null, decidedBy: 'none', confidence: 0, evidence: { quarantined: true } },
      lane: 'quarantined',
      marks: ['quarentena'],
      fromPerson: true,
      acknowledge: { no: 'quarantined' },
      followUpOf: null,
      twins: [],
    });
    return ticketId;
  }

  private async headerBytes(work: IntakeWork): Promise<Buffer> {
    if (work.sha256 === null) return Buffer.alloc(0);
    if (work.content !== null) return work.content.subarray(0, HEADER_BYTES);
    try {
      const stream = await this.stores.blobs.open(work.sha256);
      const pieces: Buffer[] = [];
      let length = 0;
      for await (const piece of stream as AsyncIterable<Buffer>) {
        pieces.push(piece);
        length += piece.length;
        if (length >= HEADER_BYTES) break;
      }
      return Buffer.concat(pieces).subarray(0, HEADER_BYTES);
    } catch (error) {
      log.warn({ intakeId: work.id, err: messageOf(error) }, 'the stored bytes could not be read');
      return Buffer.alloc(0);
    }
  }
}

function quarantined(
  work: IntakeWork,
  reason: string,
  salvaged: Salvaged,
  ticketId: string,
  again: boolean,
): IntakeOutcome {
  const evidence = {
    reason,
    attempts: work.attempts,
    ...(again ? { sameAsTicket: ticketId } : {}),
  };
  return {
    id: work.id,
    state: again ? 'done' : 'quarantined',
    disposition: again ? 'duplicate' : 'quarantined',
    fingerprint: null,
    messageId: salvaged.messageId,
    fromAddress: salvaged.from,
    subject: salvaged.subject,
    ticketId,
    journal: [{ filter: 'quarantine', verdict: 'decided', evidence, ms: 0 }],
    authentication: null,
    build: intakeBuildId(),
    error: reason.slice(0, 1_000),
    serverAction: 'none',
  };
}

function stubMessage(work: IntakeWork, salvaged: Salvaged): CustomerMessage {
  return {
    intakeId: work.id,
    from: { address: salvaged.from, name: salvaged.name },
    replyTo: null,
    to: [],
    cc: [],
    subject: salvaged.subject,
    text: '',
    html: null,
    visibleText: '',
    messageId: salvaged.messageId,
    references: salvaged.references,
    attachments: [],
    receivedAt: work.receivedAt,
  };
}
