import { Injectable } from '@nestjs/common';
import { ContactReasons, decideReason, queueFor } from '../../contact-reasons/index.js';
import { CurrentConfig, type HelpdeskConfig } from '../../../config/index.js';
import { Clock, Database } from '../../../platform/index.js';
import { RefilingStore, type Refiled, type RefilingRow } from '../store/refiling.store.js';

export interface RefilingOrder {
  readonly dryRun: boolean;
  /** Only tickets created since then. */
  readonly since: Date | null;
  /** Tickets that are not resolved, nobody's and not escalated also go to the queue of their new reason. */
  readonly move: boolean;
  /** Instead of inferring anew: every ticket of one reason gets another. */
  readonly rename: { readonly from: string; readonly to: string } | null;
}

export interface RefilingResult {
  readonly examined: number;
  readonly changed: number;
  readonly moved: number;
  readonly changes: readonly {
    readonly from: string | null;
    readonly to: string | null;
    readonly tickets: number;
  }[];
}

const PAGE = 200;

/**
 * Decides the contact reasons of history anew, after reasons or clues were changed or much was learnt (D4). What a
 * person has said, in a form, a mark or as an agent, and what a mailbox fixes stays; so do running clocks (D19).
 */
@Injectable()
export class RefileReasons {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: CurrentConfig,
    private readonly reasons: ContactReasons,
    private readonly tickets: RefilingStore,
  ) {}

  /** Page by page, each in its own transaction: it may be stopped and run again. */
  async run(order: RefilingOrder): Promise<RefilingResult> {
    await this.reasons.refresh();
    const counts = new Map<string, RefilingResult['changes'][number]>();
    let [examined, moved, changed] = [0, 0, 0];
    for (let after = '0'; ;) {
      const page = await this.page(after, order);
      for (const { row, refiled } of page) {
        examined += 1;
        if (refiled === null) continue;
        changed += 1;
        if (refiled.queueKey !== row.queueKey) moved += 1;
        const [from, to] = [row.reasonKey, refiled.reasonKey];
        const name = `${from ?? ''}→${to ?? ''}`;
        counts.set(name, { from, to, tickets: (counts.get(name)?.tickets ?? 0) + 1 });
      }
      if (page.length < PAGE) break;
      after = page.at(-1)!.row.id;
    }
    const changes = [...counts.values()].sort((a, b) => b.tickets - a.tickets);
    return { examined, changed, moved, changes };
  }

  private page(
    after: string,
    order: RefilingOrder,
  ): Promise<{ row: RefilingRow; refiled: Refiled | null }[]> {
    return this.database.inTransaction(async (tx) => {
      const { since, rename } = order;
      const rows =
        rename === null
          ? await this.tickets.inferred(tx, after, since, PAGE)
          : await this.tickets.withReason(tx, after, rename.from, since, PAGE);
      const page = rows.map((row) => ({ row, refiled: this.refiled(row, order) }));
      if (!order.dryRun) {
        const changes = page.flatMap(({ refiled }) => (refiled === null ? [] : [refiled]));
        await this.tickets.write(tx, changes, this.clock.now());
      }
      return page;
    });
  }

  /** Null where everything stays as it is. */
  private refiled(row: RefilingRow, { rename, move }: RefilingOrder): Refiled | null {
    const config = this.config.get();
    const decision = rename === null ? this.decide(row, config) : renamed(row, rename.to);
    const queueKey = move && isFree(row) ? queueAfter(row, decision, config) : row.queueKey;
    if (decision.key === row.reasonKey && queueKey === row.queueKey) return null;
    const before = {
      key: row.reasonKey,
      decidedBy: row.reasonDecidedBy,
      confidence: row.reasonConfidence,
    };
    const { key, decidedBy, confidence } = decision;
    return {
      id: row.id,
      reasonKey: key,
      decidedBy,
      confidence,
      evidence: { ...decision.evidence, refiled: before },
      queueKey,
      history: [
        { action: 'reason_refiled', before, after: { key, decidedBy, confidence } },
        ...(queueKey === row.queueKey ? [] : [queueChange(row.queueKey, queueKey, config)]),
      ],
    };
  }

  private decide(row: RefilingRow, { mailboxes, reasons }: HelpdeskConfig): Decided {
    const mailbox = row.mailboxKey === null ? undefined : mailboxes[row.mailboxKey];
    return decideReason(
      {
        explicit: null,
        subAddress: null,
        subject: row.subject,
        text: row.text,
        fromAddress: row.fromAddress,
        fixedReason: mailbox?.fixedReason ?? null,
        fallbackReason: mailbox?.fallbackReason ?? null,
      },
      reasons,
      this.reasons.classifier(),
    );
  }
}

type Decided = ReturnType<typeof decideReason>;

function renamed(row: RefilingRow, to: string): Decided {
  return {
    key: to,
    decidedBy: row.reasonDecidedBy as Decided['decidedBy'],
    confidence: row.reasonConfidence,
    evidence: row.reasonEvidence,
  };
}

/** Nobody is at work on it. */
function isFree(row: RefilingRow): boolean {
  return row.status !== 'resolved' && row.assigneeId === null && row.escalatedTo === null;
}

/** D4: nothing that was decided without a person leaves a private queue; a retired queue takes nothing in. */
function queueAfter(row: RefilingRow, { key }: Decided, config: HelpdeskConfig): string {
  const wanted = queueFor({ key, decidedBy: 'clues' }, row.queueKey, config) ?? row.queueKey;
  return config.queues[wanted]?.retired === false ? wanted : row.queueKey;
}

function queueChange(from: string, to: string, { queues }: HelpdeskConfig) {
  return {
    action: 'queue_changed',
    before: { queue: from, private: queues[from]?.private ?? false },
    after: { queue: to, private: queues[to]?.private ?? false, why: 'reason_refiled' },
  };
}
