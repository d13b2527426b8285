/** A member of the queue who is here. */
export interface Candidate {
  readonly agentId: string;
  /** Open tickets that the agent has, in all queues. */
  readonly open: number;
  /** When a ticket of this queue was last given; null: never. */
  readonly lastAt: Date | null;
}

export type AssignmentMode = 'round_robin' | 'least_loaded';

/**
 * Who gets the next ticket: by turns whoever has waited longest, or whoever has the fewest open ones (then by turns).
 * Nobody above `limit` open tickets; null where nobody may take one. Equal candidates go by id, so that the choice is the
 * same everywhere.
 */
export function chooseAssignee(
  mode: AssignmentMode,
  candidates: readonly Candidate[],
  limit: number | null,
): string | null {
  const free = candidates.filter(({ open }) => limit === null || open < limit);
  const waited = (one: Candidate): number => one.lastAt?.getTime() ?? -Infinity;
  const byTurn = (a: Candidate, b: Candidate): number =>
    waited(a) === waited(b) ? (a.agentId < b.agentId ? -1 : 1) : waited(a) < waited(b) ? -1 : 1;
  const [first] = free.toSorted((a, b) =>
    mode === 'least_loaded' && a.open !== b.open ? a.open - b.open : byTurn(a, b),
  );
  return first?.agentId ?? null;
}
