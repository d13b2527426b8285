import { PASS } from '../decision.js';
import type { Filter } from '../message-context.js';

const DEFAULT_ZONE = 'America/Sao_Paulo';

/**
 * Where a mailbox wants it so, automatic mail that answers nothing of ours stands on a list of the day instead of in a
 * ticket of its own (D21). What is suspected keeps its lane.
 */
export const bulkList: Filter = {
  name: 'bulk-list',
  run(_mail, context) {
    const { automatic, suspected } = context.findings;
    if (automatic === null || suspected !== null) return PASS;
    if (context.mailbox.automaticMail !== 'bulk_list') return PASS;
    const zone = context.config.calendars?.[context.mailbox.calendar]?.zone ?? DEFAULT_ZONE;
    const day = civilDay(context.receivedAt, zone);
    return {
      verdict: 'decided',
      evidence: { why: automatic, day },
      plan: { kind: 'bulk_list', day, queueKey: context.mailbox.queue },
    };
  },
};

/** `YYYY-MM-DD` in the zone. */
function civilDay(at: Date, zone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(at);
}
