import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import {
  Clock,
  createLogger,
  Database,
  faultPoint,
  Leases,
  type Lease,
  type Tx,
} from '../../../platform/index.js';
import { BlobStore, type StagedBlob } from '../../files/index.js';
import { storedAuthentication, type Authentication } from '../domain/authentication.js';
import { decide, type Decision } from '../domain/decide.js';
import type { Disposition } from '../domain/decision.js';
import type { ParsedMail } from '../domain/parsed-mail.js';
import { serverActFor } from '../domain/server-act.js';
import {
  IntakeWorkStore,
  type IntakeOutcome,
  type IntakeWork,
} from '../store/intake-work.store.js';
import { ActOnDecision, type Acted } from './act-on-decision.js';
import { ActingGroup, type DecidedMail } from './acting-group.js';
import { GatherContext, type BatchContext } from './gather-context.js';
import { LeaseLost } from './record-mail.js';

const log = createLogger('mailbox-intake');

/** A parsed message whose attachments are durable. */
export interface ReadyMail {
  readonly work: IntakeWork;
  readonly mail: ParsedMail<StagedBlob>;
  /** What we found out ourselves about its sender; null where a trusted server or nobody has looked. */
  readonly verified: Authentication | null;
}

/** Stores, in one place, because a constructor takes few. */
@Injectable()
export class IntakeStores {
  constructor(
    readonly work: IntakeWorkStore,
    readonly blobs: BlobStore,
    readonly leases: Leases,
    readonly clock: Clock,
  ) {}
}

/**
 * Stage 2 for messages of one mailbox, in order: decide, act, journal, all in one transaction. Either every message of
 * the batch is done or none is. Messages that somebody finished meanwhile are passed over, so running twice is safe.
 */
@Injectable()
export class ProcessBatch {
  constructor(
    private readonly database: Database,
    private readonly config: CurrentConfig,
    private readonly stores: IntakeStores,
    private readonly gather: GatherContext,
    private readonly act: ActOnDecision,
  ) {}

  async run(lease: Lease | null, batch: readonly ReadyMail[]): Promise<void> {
    const begunAt = performance.now();
    const outcomes = await this.inTransaction(lease, batch);
    faultPoint('intake.acted');
    const ms = Math.round(performance.now() - begunAt);
    const mailbox = batch[0]?.work.mailboxKey;
    for (const { id: intakeId, disposition, ticketId } of outcomes) {
      // The batch shares a correlation id; here every message gets back its own.
      const correlationId = `intake-${intakeId}`;
      log.info(
        { correlationId, intakeId, mailbox, disposition, ticketId, ms },
        'message processed',
      );
    }
  }

  private inTransaction(
    lease: Lease | null,
    batch: readonly ReadyMail[],
  ): Promise<readonly IntakeOutcome[]> {
    return this.database.inTransaction(async (tx) => {
      if (lease !== null && !(await this.stores.leases.assertHeld(tx, lease)))
        throw new LeaseLost(lease.name);
      const unfinished = new Set(
        await this.stores.work.lockUnfinished(
          tx,
          batch.map(({ work }) => work.id),
        ),
      );
      const todo = batch.filter(({ work }) => unfinished.has(work.id));
      if (todo.length === 0) return [];
      await this.recordAttachments(tx, todo);
      const context = await this.gather.begin(tx, todo);
      const outcomes: IntakeOutcome[] = [];
      const group = new ActingGroup();
      for (const ready of todo) {
        if (group.concerns(ready)) outcomes.push(...(await this.actOn(tx, context, group.leave())));
        const decision = decide(ready.mail, await context.of(tx, ready), () => performance.now());
        const decided = { ready, decision };
        if (group.takes(decided)) continue;
        outcomes.push(...(await this.actOn(tx, context, group.leave())));
        if (!group.takes(decided)) outcomes.push(...(await this.actOn(tx, context, [decided])));
      }
      outcomes.push(...(await this.actOn(tx, context, group.leave())));
      await this.stores.work.finish(tx, outcomes, this.stores.clock.now());
      faultPoint('intake.acting');
      return outcomes;
    });
  }

  /** Side by side; every one has come to its end before the first failure is thrown, so nothing outlives `tx`. */
  private async actOn(
    tx: Tx,
    context: BatchContext,
    group: readonly DecidedMail[],
  ): Promise<IntakeOutcome[]> {
    const settled = await tx.pipelined(() =>
      Promise.allSettled(
        group.map(({ ready, decision }) => this.act.run(tx, ready.work, ready.mail, decision)),
      ),
    );
    return settled.map((result, index) => {
      if (result.status === 'rejected') throw result.reason;
      const { ready, decision } = group[index]!;
      context.remember(ready, result.value, decision.plan);
      return this.outcome(ready, decision, result.value);
    });
  }

  private async recordAttachments(tx: Tx, batch: readonly ReadyMail[]): Promise<void> {
    const staged = batch.flatMap(({ mail }) => mail.attachments.map(({ blob }) => blob));
    if (staged.length > 0) await this.stores.blobs.record(tx, staged);
  }

  private outcome({ work, mail }: ReadyMail, decision: Decision, acted: Acted): IntakeOutcome {
    return {
      id: work.id,
      state: 'done',
      disposition: acted.disposition,
      fingerprint: mail.fingerprint,
      messageId: mail.messageId,
      fromAddress: mail.from?.address ?? null,
      subject: mail.subject,
      ticketId: acted.ticketId,
      authentication: storedAuthentication(decision.authentication),
      journal: [
        ...(mail.problems.length > 0
          ? [{ filter: 'parse', verdict: 'noted', evidence: { problems: mail.problems }, ms: 0 }]
          : []),
        ...decision.journal,
      ],
      error: null,
      serverAction: this.serverAction(work, acted.disposition),
    };
  }

  private serverAction(work: IntakeWork, disposition: Disposition): 'none' | 'pending' {
    const mailbox = this.config.get().mailboxes[work.mailboxKey];
    const acts = mailbox !== undefined && serverActFor(mailbox, disposition) !== 'keep';
    return acts && work.folderRole === 'inbox' ? 'pending' : 'none';
  }
}
