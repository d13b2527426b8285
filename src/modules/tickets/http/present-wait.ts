import type { HelpdeskConfig } from '../../../config/index.js';
import { nextOpening, type BusinessCalendar } from '../../business-calendar/index.js';
import { automaticMailAllowed } from '../commands/ticket-mail.js';
import { answerableUntil, waitRulesOf } from '../domain/customer-wait.js';
import type { TicketDetailRow } from '../store/ticket-view.store.js';
import type { CustomerWaitDto } from './ticket.dto.js';

/**
 * When a ticket that waits for its customer will be acted on by itself, as things stand now; null where nothing comes. Until
 * the reminder was accepted `resolvesAt` is the earliest that it can be.
 */
export function presentWait(
  row: TicketDetailRow,
  config: HelpdeskConfig,
  calendar: () => BusinessCalendar,
  now: Date,
): CustomerWaitDto | null {
  const { wait } = row;
  if (wait === null || row.status !== 'awaiting_customer' || row.escalatedTo !== null) return null;
  if (waitRulesOf(config, row) === null || !automaticMailAllowed(row)) return null;
  const actAt = wait.actAt === null ? null : new Date(wait.actAt);
  const remindsAt = wait.stage === 'waiting' ? actAt : null;
  const untilAfter = (remindedAt: Date): Date =>
    nextOpening(calendar(), answerableUntil(calendar(), new Date(wait.since), remindedAt, wait));
  const resolvesAt = wait.stage === 'reminded' ? actAt : untilAfter(remindsAt ?? now);
  return {
    since: new Date(wait.since).toISOString(),
    remindsAt: remindsAt?.toISOString() ?? null,
    remindedAt: wait.remindedAt === null ? null : new Date(wait.remindedAt).toISOString(),
    resolvesAt: resolvesAt?.toISOString() ?? null,
  };
}
