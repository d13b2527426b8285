import type { NoticeRecipient } from '../../../config/index.js';

/** A member in service of the queue that owes. */
export interface Colleague {
  readonly agentId: string;
  readonly email: string;
  readonly name: string;
  readonly supervisor: boolean;
  /** Away now, by her own word. */
  readonly absent: boolean;
}

/**
 * Who is told, each once: those whom configuration wants and who are there. Whoever holds the ticket stands for the queue;
 * where nobody does, she is away or has left the queue (D20), everybody there is told instead of her. Where none of the
 * wanted is there, so is everybody who is; empty: nobody is there at all.
 */
export function recipientsOf(
  wanted: readonly NoticeRecipient[],
  members: readonly Colleague[],
  assigneeId: string | null,
): Colleague[] {
  const present = members.filter(({ absent }) => !absent);
  const holder = present.filter(({ agentId }) => agentId === assigneeId);
  const groups: Readonly<Record<NoticeRecipient, readonly Colleague[]>> = {
    assignee: holder.length > 0 ? holder : present,
    queue: present,
    supervisors: present.filter(({ supervisor }) => supervisor),
  };
  const told = new Set(wanted.flatMap((who) => groups[who]));
  return told.size > 0 ? [...told] : present;
}
