import { Injectable } from '@nestjs/common';
import { AppError, Database } from '../../../platform/index.js';
import { Tickets } from '../../tickets/index.js';
import { decide, type Decision } from '../domain/decide.js';
import type { JournalEntry, Plan } from '../domain/decision.js';
import { dispositionOfPlan, ticketOfPlan } from '../domain/planned-disposition.js';
import type { MessageContext } from '../domain/message-context.js';
import { planTicket } from '../domain/ticket-plan.js';
import { UnparsableMail } from '../parser/message-parser.js';
import type { IntakeWork } from '../store/intake-work.store.js';
import { customerMessage } from './act-on-decision.js';
import { FetchAgain } from './fetch-again.js';
import { GatherContext } from './gather-context.js';
import { IntakeStores, type ReadyMail } from './process-batch.js';
import { ReadMail } from './read-mail.js';

/** What a replay came to. */
export type ReplayResult =
  /** A quarantined message could be read now: the stub ticket holds it. */
  | {
      readonly kind: 'filled';
      readonly ticketId: string;
      readonly decisions: readonly JournalEntry[];
    }
  /** Any other message: what today's code would decide, without doing it. */
  | {
      readonly kind: 'compared';
      readonly disposition: string;
      readonly ticketId: string | null;
      readonly decisions: readonly JournalEntry[];
    };

/**
 * Runs today's code over the stored bytes (D22), which are asked for once more where the server never delivered them. A
 * quarantined message fills the ticket that its quarantine opened;
 * any other is only compared. Throws AppError `not_found`, and `conflict` where there is nothing to replay.
 */
@Injectable()
export class ReplayMail {
  constructor(
    private readonly database: Database,
    private readonly stores: IntakeStores,
    private readonly read: ReadMail,
    private readonly gather: GatherContext,
    private readonly tickets: Tickets,
    private readonly fetchAgain: FetchAgain,
  ) {}

  async run(id: string): Promise<ReplayResult> {
    let work = await this.stores.work.find(id);
    if (work?.state === 'quarantined' && work.sha256 === null) {
      await this.fetchAgain.run(id);
      work = await this.stores.work.find(id);
    }
    if (work === null) throw new AppError('not_found');
    if (work.sha256 === null) {
      throw new AppError('conflict', {
        detail: 'Os bytes desta mensagem não foram buscados; não há o que reprocessar.',
        detailEn: 'The bytes of this message were never fetched: there is nothing to replay.',
      });
    }
    if (work.state === 'stored') {
      throw new AppError('conflict', {
        detail: 'A mensagem ainda está na fila de processamento.',
        detailEn: 'The message is still waiting to be processed.',
      });
    }
    const ready = { work, mail: await this.parse(work) };
    return work.state === 'quarantined' ? this.fill(ready, work.ticketId) : this.compare(ready);
  }

  private async parse(work: IntakeWork): Promise<ReadyMail['mail']> {
    try {
      return await this.read.run(work);
    } catch (error) {
      if (!(error instanceof UnparsableMail)) throw error;
      throw new AppError('conflict', {
        detail: 'A mensagem ainda não pode ser lida.',
        detailEn: `The message still cannot be read: ${error.message}`,
        cause: error,
      });
    }
  }

  private async fill(ready: ReadyMail, stub: string | null): Promise<ReplayResult> {
    const { work, mail } = ready;
    if (stub === null)
      throw new AppError('conflict', { detailEn: 'The quarantined message has no stub ticket.' });
    return this.database.inTransaction(async (tx) => {
      if ((await this.stores.work.lockUnfinished(tx, [work.id], 'quarantined')).length === 0) {
        throw new AppError('conflict', {
          detailEn: 'The message was replayed by somebody else meanwhile.',
        });
      }
      await this.stores.blobs.record(
        tx,
        mail.attachments.map(({ blob }) => blob),
      );
      const context = await (await this.gather.begin(tx, [ready])).of(tx, ready);
      const decision = decide(mail, context, () => performance.now());
      const decided = decidedForStub(mail, context, decision, work.queueKey);
      await this.tickets.fillStub(tx, {
        ticketId: stub,
        message: customerMessage(work, mail, decision.findings),
        decided,
      });
      const decisions = [
        ...decision.journal,
        { filter: 'replay', verdict: 'decided', evidence: { ticketId: stub }, ms: 0 },
      ];
      await this.stores.work.finish(
        tx,
        [
          {
            id: work.id,
            state: 'done',
            disposition: decided.lane === 'suspected' ? 'spam_suspected' : 'ticket_opened',
            fingerprint: mail.fingerprint,
            messageId: mail.messageId,
            fromAddress: mail.from?.address ?? null,
            subject: mail.subject,
            ticketId: stub,
            journal: decisions,
            authentication: decision.authentication,
            error: null,
            serverAction: 'none',
          },
        ],
        this.stores.clock.now(),
      );
      return { kind: 'filled', ticketId: stub, decisions };
    });
  }

  /** Reads only: the transaction is for one view of the database and for the locks that deciding takes. */
  private async compare(ready: ReadyMail): Promise<ReplayResult> {
    const decision: Decision = await this.database.inTransaction(async (tx) => {
      const context = await this.gather.begin(tx, [ready]);
      return decide(ready.mail, await context.of(tx, ready), () => performance.now());
    });
    return {
      kind: 'compared',
      disposition: dispositionOfPlan(decision.plan),
      ticketId: ticketOfPlan(decision.plan),
      decisions: decision.journal,
    };
  }
}

/** Plans that only a machine's message leads to. */
const MACHINE_PLANS: readonly Plan['kind'][] = ['bounce', 'machine'];

/**
 * The message has its ticket already, so a decision to join another becomes a hint; lane, reason and queue are those of a
 * new ticket.
 */
function decidedForStub(
  mail: ReadyMail['mail'],
  context: Omit<MessageContext, 'findings'>,
  { plan, findings }: Decision,
  stubQueueKey: string,
): NonNullable<Parameters<Tickets['fillStub']>[1]['decided']> {
  const ticket = planTicket(mail, { ...context, findings });
  const about = plan.kind === 'follow_up' ? plan.of : ticketOfPlan(plan);
  const machine = MACHINE_PLANS.includes(plan.kind);
  const { reason, queueKey } = ticket;
  return {
    reason,
    queueKey,
    stubQueueKey,
    lane: machine ? 'automatic' : ticket.lane,
    fromPerson: ticket.fromPerson && !machine,
    marks: [...ticket.marks, ...(about === null ? [] : [`pode_ser_sobre:${about}`])],
  };
}
