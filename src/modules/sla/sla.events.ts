import { defineEvent } from '../../platform/index.js';

/** News of a clock; instants as ISO 8601 in UTC. */
export interface ClockNews {
  readonly clockId: string;
  readonly ticketId: string;
  readonly dueAt: string;
  /** Of a warning: when it was given; one clock may have several. */
  readonly warnedAt?: string;
}

/** Published once per clock, in the transaction that marks it (D19). */
export const slaWarned = defineEvent<ClockNews>('sla.warned');
export const slaBreached = defineEvent<ClockNews>('sla.breached');

export function clockNews(clock: { clockId: string; ticketId: string; dueAt: Date }): ClockNews {
  return { clockId: clock.clockId, ticketId: clock.ticketId, dueAt: clock.dueAt.toISOString() };
}
