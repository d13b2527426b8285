import { AppError, OperatorError } from '../../../platform/index.js';
import type { ReplayMail, ReplayResult } from '../commands/replay-mail.js';
import type { IntakeListing, IntakeListStore } from '../store/intake-list.store.js';
import type { ReplayStore } from '../store/replay.store.js';

const PAGE = 200;

export interface ReplayedMessages {
  readonly messages: number;
  /** Those that differ, or were filled. */
  readonly differing: readonly { readonly id: string; readonly result: ReplayResult }[];
  /** Could not be read today either, or were replayed by somebody else at the same time. */
  readonly failed: number;
}

/** Replays as the operator's tool runs them: each is looked at first, and applied after what differs has been shown. */
export class Replays {
  constructor(
    private readonly listing: IntakeListStore,
    private readonly replayer: ReplayMail,
    private readonly dryRun: boolean,
  ) {}

  async one(id: string): Promise<{ recorded: IntakeListing; result: ReplayResult }> {
    const recorded = await this.listing.find(null, id);
    if (recorded === null)
      throw new OperatorError(
        `There is no message ${id}; helpdesk intake list shows what there is.`,
      );
    return { recorded, result: await this.replayer.run(id, { dryRun: this.dryRun }) };
  }

  /** Every stored message received from `since` on, oldest first. `show` is called before a difference is applied. */
  async since(
    store: ReplayStore,
    since: Date,
    mailboxKey: string | null,
    show: (id: string, looked: ReplayResult) => void,
  ): Promise<ReplayedMessages> {
    const differing: { id: string; result: ReplayResult }[] = [];
    let messages = 0;
    let failed = 0;
    for (let afterId = '0'; ;) {
      const ids = await store.since(since, mailboxKey, afterId, PAGE);
      for (const id of ids) {
        messages += 1;
        try {
          const looked = await this.replayer.run(id, { dryRun: true });
          if (looked.differences.length === 0) continue;
          show(id, looked);
          const result = this.dryRun ? looked : await this.replayer.run(id, { dryRun: false });
          differing.push({ id, result });
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          failed += 1;
        }
      }
      if (ids.length < PAGE) return { messages, differing, failed };
      afterId = ids.at(-1)!;
    }
  }
}

/** What an operator may see of a replay: that a text changed and by how much, not the text (D20). */
export function forOperators(result: ReplayResult): Record<string, unknown> {
  return {
    result: result.kind,
    differs: result.differences.length > 0,
    disposition: result.disposition,
    ticket: result.ticketId,
    differences: result.differences.map(({ what, recorded, today }) => ({
      what,
      recorded: shown(what, recorded),
      today: shown(what, today),
    })),
    leftToPeople: result.leftToPeople,
    decisions: result.decisions,
  };
}

/** One line a difference. */
export function lines(id: string, { differences }: ReplayResult): string[] {
  return differences.map(
    ({ what, recorded, today }) =>
      `${id}  ${what.padEnd(12)} ${shown(what, recorded) ?? '-'} → ${shown(what, today) ?? '-'}`,
  );
}

/** The last line. */
export function summary(
  differing: readonly ReplayResult[],
  same: number,
  dryRun: boolean,
  failed = 0,
): string {
  const changed = differing.filter(({ differences }) => differences.length > 0).length;
  const unreadable = failed === 0 ? '' : ` ${failed} could not be read or were taken by others.`;
  if (dryRun)
    return `${changed} differ, ${same + differing.length - changed} do not; nothing was changed.${unreadable}`;
  const filled = differing.filter(({ kind }) => kind === 'filled').length;
  const applied = differing.filter(({ kind }) => kind === 'applied').length;
  const left = differing.filter(({ leftToPeople }) => leftToPeople.length > 0).length;
  return `${filled} tickets of quarantined messages filled, ${applied} differences applied (${left} with a decision left to people), ${same + differing.length - filled - applied} unchanged.${unreadable}`;
}

/** Addresses and texts are not the operator's to read. */
function shown(what: string, value: string | null): string | null {
  if (value === null) return null;
  return what === 'disposition' || what === 'ticket' || what === 'dmarc'
    ? value
    : `${value.length} characters`;
}
