import { Injectable } from '@nestjs/common';
import { AppError, Database, type Tx } from '../../../platform/index.js';
import { Tickets } from '../../tickets/index.js';
import { storedAuthentication } from '../domain/authentication.js';
import { decide, type Decision } from '../domain/decide.js';
import type { JournalEntry, Plan } from '../domain/decision.js';
import { dispositionOfPlan, ticketOfPlan } from '../domain/planned-disposition.js';
import type { MessageContext } from '../domain/message-context.js';
import {
  differencesOf,
  isOfContent,
  type Difference,
  type Reading,
} from '../domain/replay-difference.js';
import { planTicket } from '../domain/ticket-plan.js';
import { UnparsableMail } from '../parser/message-parser.js';
import type { IntakeWork } from '../store/intake-work.store.js';
import { ReplayStore, type RecordedReading } from '../store/replay.store.js';
import { ActOnDecision, customerMessage } from './act-on-decision.js';
import { FetchAgain } from './fetch-again.js';
import { GatherContext } from './gather-context.js';
import { IntakeStores, type ReadyMail } from './process-batch.js';
import { ReadMail } from './read-mail.js';

/** What a replay came to. */
export interface ReplayResult {
  /**
   * `filled`: a quarantined message could be read, and its stub ticket holds it. `applied`: what differed was applied.
   * `compared`: nothing was changed.
   */
  readonly kind: 'filled' | 'applied' | 'compared';
  /** What today's code decides; what stands in the journal now where it was applied. */
  readonly disposition: string;
  readonly ticketId: string | null;
  readonly decisions: readonly JournalEntry[];
  readonly differences: readonly Difference[];
  /** Differences that are for people to apply: others may have acted on the ticket since. */
  readonly leftToPeople: readonly Difference['what'][];
}

type WorkToReplay = NonNullable<Awaited<ReturnType<IntakeStores['work']['find']>>>;

/** What replaying works with besides the stores of the intake, in one place because a constructor takes few. */
@Injectable()
export class ReplayTools {
  constructor(
    readonly read: ReadMail,
    readonly gather: GatherContext,
    readonly act: ActOnDecision,
    readonly recorded: ReplayStore,
    readonly fetchAgain: FetchAgain,
  ) {}
}

/**
 * Runs today's code over the stored bytes (D22), with the time of receipt kept (D15); bytes that the server never
 * delivered are asked for once more, unless the run is dry. A quarantined message fills the ticket that its quarantine opened. Of any other the difference is shown, and applied where that takes nothing away
 * from people: what is read better is written into the ticket's message, and what was on no ticket goes where it belongs.
 * Throws AppError `not_found`, and `conflict` where there is nothing to replay.
 */
@Injectable()
export class ReplayMail {
  constructor(
    private readonly database: Database,
    private readonly stores: IntakeStores,
    private readonly tools: ReplayTools,
    private readonly tickets: Tickets,
  ) {}

  /** `dryRun`: nothing is changed. */
  async run(id: string, { dryRun }: { readonly dryRun: boolean }): Promise<ReplayResult> {
    let work = await this.stores.work.find(id);
    if (!dryRun && work?.state === 'quarantined' && work.sha256 === null) {
      await this.tools.fetchAgain.run(id);
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
    const ready = { work, ...(await this.read(work)) };
    if (work.state === 'quarantined' && !dryRun) return this.fill(ready, work.ticketId);
    return this.database.inTransaction((tx) => this.compare(tx, ready, work, dryRun));
  }

  private async read(work: IntakeWork): Promise<Omit<ReadyMail, 'work'>> {
    try {
      return await this.tools.read.run(work);
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
      await this.lock(tx, work.id, 'quarantined');
      const recorded = await this.tools.recorded.recorded(tx, work.id);
      const { context, decision, reading } = await this.today(tx, ready);
      await this.recordAttachments(tx, ready);
      const decided = decidedForStub(mail, context, decision, work.queueKey);
      await this.tickets.fillStub(tx, {
        ticketId: stub,
        message: customerMessage(work, mail, decision.findings),
        decided,
      });
      if (decision.plan.kind === 'bounce')
        await this.tools.act.markReturned(tx, work, decision.plan);
      const disposition = decided.lane === 'suspected' ? 'spam_suspected' : 'ticket_opened';
      const decisions = await this.finish(tx, ready, decision, { disposition, ticketId: stub });
      return {
        kind: 'filled',
        disposition,
        ticketId: stub,
        decisions,
        differences: differencesOf(before(recorded), { ...reading, disposition, ticketId: stub }),
        leftToPeople: [],
      };
    });
  }

  private async compare(
    tx: Tx,
    ready: ReadyMail,
    { state }: WorkToReplay,
    dryRun: boolean,
  ): Promise<ReplayResult> {
    const recorded = await this.tools.recorded.recorded(tx, ready.work.id);
    const { decision, reading } = await this.today(tx, ready);
    const differences = differencesOf(before(recorded), reading);
    const compared: ReplayResult = {
      kind: 'compared',
      disposition: reading.disposition,
      ticketId: reading.ticketId,
      decisions: decision.journal,
      differences,
      leftToPeople: [],
    };
    if (dryRun || state !== 'done' || differences.length === 0) return compared;
    await this.lock(tx, ready.work.id, 'done');
    await this.recordAttachments(tx, ready);
    return recorded.ticketId === null
      ? this.actAnew(tx, ready, decision, compared)
      : this.readAnew(tx, ready, decision, compared, recorded);
  }

  /** It was on no ticket, so nobody has acted on it: today's decision is carried out as if it came now. */
  private async actAnew(
    tx: Tx,
    ready: ReadyMail,
    decision: Decision,
    compared: ReplayResult,
  ): Promise<ReplayResult> {
    const acted = await this.tools.act.run(tx, ready.work, ready.mail, decision);
    const decisions = await this.finish(tx, ready, decision, acted);
    const { disposition, ticketId } = acted;
    return { ...compared, kind: 'applied', disposition, ticketId, decisions };
  }

  /** It is on a ticket: what is read better is written there; where it belongs and its status are people's by now. */
  private async readAnew(
    tx: Tx,
    ready: ReadyMail,
    decision: Decision,
    compared: ReplayResult,
    recorded: RecordedReading,
  ): Promise<ReplayResult> {
    const leftToPeople = compared.differences
      .map(({ what }) => what)
      .filter((what) => what === 'disposition' || what === 'ticket');
    if (compared.differences.some(isOfContent)) {
      const message = customerMessage(ready.work, ready.mail, decision.findings);
      await this.tickets.readAnew(tx, { intakeId: ready.work.id, message });
    }
    const decisions = await this.finish(tx, ready, decision, recorded);
    return { ...compared, kind: 'applied', decisions, leftToPeople };
  }

  private async today(
    tx: Tx,
    ready: ReadyMail,
  ): Promise<{ context: Omit<MessageContext, 'findings'>; decision: Decision; reading: Reading }> {
    const batch = await this.tools.gather.begin(tx, [ready]);
    const context = await batch.of(tx, ready);
    const decision = decide(ready.mail, context, () => performance.now());
    const { work, mail } = ready;
    const message = customerMessage(work, mail, decision.findings);
    const reading: Reading = {
      disposition: dispositionOfPlan(decision.plan),
      ticketId: ticketOfPlan(decision.plan),
      subject: message.subject,
      from: mail.from?.address ?? null,
      content: {
        text: message.text,
        visibleText: message.visibleText,
        attachments: message.attachments.map(({ filename }) => filename),
      },
      dmarc: decision.authentication.dmarc,
    };
    return { context, decision, reading };
  }

  private async lock(tx: Tx, id: string, state: 'quarantined' | 'done'): Promise<void> {
    if ((await this.stores.work.lockUnfinished(tx, [id], state)).length > 0) return;
    throw new AppError('conflict', {
      detailEn: 'The message was replayed by somebody else meanwhile.',
    });
  }

  private async recordAttachments(tx: Tx, { mail }: ReadyMail): Promise<void> {
    const blobs = mail.attachments.map(({ blob }) => blob);
    if (blobs.length > 0) await this.stores.blobs.record(tx, blobs);
  }

  private async finish(
    tx: Tx,
    { work, mail }: ReadyMail,
    decision: Decision,
    { disposition, ticketId }: Pick<Outcome, 'disposition' | 'ticketId'>,
  ): Promise<readonly JournalEntry[]> {
    const evidence = ticketId === null ? { disposition } : { disposition, ticketId };
    const journal = [
      ...decision.journal,
      { filter: 'replay', verdict: 'decided', evidence, ms: 0 },
    ];
    const outcome: Outcome = {
      id: work.id,
      state: 'done',
      disposition,
      fingerprint: mail.fingerprint,
      messageId: mail.messageId,
      fromAddress: mail.from?.address ?? null,
      subject: mail.subject,
      ticketId,
      journal,
      authentication: storedAuthentication(decision.authentication),
      error: null,
      serverAction: 'none',
    };
    await this.stores.work.finish(tx, [outcome], this.stores.clock.now());
    return journal;
  }
}

type Outcome = Parameters<IntakeStores['work']['finish']>[1][number];

function before(recorded: RecordedReading): Reading {
  const { disposition, ticketId, from, text, visibleText, messageSubject, attachments } = recorded;
  return {
    disposition,
    ticketId,
    from,
    subject: messageSubject ?? recorded.subject ?? '',
    content: text === null ? null : { text, visibleText: visibleText ?? '', attachments },
    dmarc: recorded.authentication?.dmarc ?? null,
  };
}

/** Plans that only a machine's message leads to. */
function isMachines(plan: Plan): boolean {
  if (plan.kind === 'record')
    return plan.disposition !== 'duplicate' && plan.disposition !== 'twin';
  return ['bounce', 'machine', 'bulk_list', 'canary'].includes(plan.kind);
}

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
  const machine = isMachines(plan);
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
