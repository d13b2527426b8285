import type { AwaitingCustomerConfig, HelpdeskConfig } from '../../../config/index.js';
import {
  addBusinessDays,
  FIRST_YEAR,
  isServiceTime,
  nextOpening,
  type BusinessCalendar,
} from '../../business-calendar/index.js';
import { nextStatus, type TicketStatus } from './ticket-status.js';

/** Business days after our answer, counted as D15 says. */
export interface WaitRules {
  readonly remindAfter: number;
  readonly resolveAfter: number;
}

/** What a ticket's wait goes by: its queue's word, else its mailbox's, else everybody's. Null: it waits as long as it takes. */
export function waitRulesOf(
  config: {
    readonly automation: Pick<HelpdeskConfig['automation'], 'awaitingCustomer'>;
    readonly queues: Readonly<Record<string, Rules | undefined>>;
    readonly mailboxes: Readonly<Record<string, Rules | undefined>>;
  },
  ticket: { readonly queueKey: string; readonly mailboxKey: string | null },
): WaitRules | null {
  const mailbox = ticket.mailboxKey === null ? undefined : config.mailboxes[ticket.mailboxKey];
  const rules =
    config.queues[ticket.queueKey]?.awaitingCustomer ??
    mailbox?.awaitingCustomer ??
    config.automation.awaitingCustomer;
  return rules?.enabled === true ? rules : null;
}

interface Rules {
  readonly awaitingCustomer?: AwaitingCustomerConfig;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * When the reminder leaves: on the last of `remindAfter` business days (D15), at the time of day of our answer, so that
 * reminders are spread over the day as answers are. Always in service time (D18): not before that day's opening, not in a
 * break, and what would come in the evening comes in the last hour.
 */
export function reminderAt(
  calendar: BusinessCalendar,
  answeredAt: Date,
  remindAfter: number,
): Date {
  const since = countable(calendar, answeredAt);
  const { dueAt } = addBusinessDays(calendar, since, remindAfter);
  // Due at 24:00 is due on the day that ends there.
  const day = calendar.dayAt(dueAt.getTime() - 1);
  const { segments } = calendar.day(day);
  const last = segments.at(-1)!;
  const sameTime = since.getTime() + (day - calendar.dayAt(since.getTime())) * DAY_MS;
  const latest = Math.max(last.from, dueAt.getTime() - HOUR_MS);
  const at = Math.min(Math.max(sameTime, segments[0]!.from), latest);
  return nextOpening(calendar, new Date(at));
}

/**
 * Until when the customer can answer: the close of the last of `resolveAfter` business days (D15), and the full rest of them
 * after the reminder was accepted, however late that was.
 */
export function answerableUntil(
  calendar: BusinessCalendar,
  since: Date,
  remindedAt: Date,
  rules: WaitRules,
): Date {
  const from = countable(calendar, since);
  const sinceAnswer = addBusinessDays(calendar, from, rules.resolveAfter).dueAt;
  const rest = rules.resolveAfter - rules.remindAfter;
  const sinceReminder = addBusinessDays(calendar, remindedAt, rest).dueAt;
  return sinceReminder > sinceAnswer ? sinceReminder : sinceAnswer;
}

/** An answer found outside (D24) may carry a date before the first table: counted as if given when the tables begin. */
function countable(calendar: BusinessCalendar, at: Date): Date {
  const first = calendar.year(FIRST_YEAR).segmentStarts[0]!;
  return at.getTime() < first ? new Date(first) : at;
}

/** A wait whose hour has come, as it stands now. */
export interface DueWait {
  readonly stage: 'waiting' | 'reminding' | 'reminded';
  readonly status: TicketStatus;
  /** Switched on for the ticket as it is filed now. */
  readonly enabled: boolean;
  /** Handed to a second team: the ball is with us after all (D11, D14). */
  readonly escalated: boolean;
  /** An automatic mail may go to its requester (D21, D23, D26, D27), from a mailbox that does not only observe. */
  readonly mailAllowed: boolean;
  /** Our answer or the reminder did not arrive, or nobody knows. */
  readonly undelivered: boolean;
  /** The customer's side wrote since. */
  readonly answered: boolean;
  /** A stranger's message waits for an agent's word (D26), or an agent's reply is on its way. */
  readonly undecided: boolean;
  /** `automation pause`. */
  readonly paused: boolean;
  /** The requester was reminded as often in the last hour as one may be (D21). */
  readonly crowded: boolean;
  /** The mailbox was looked at since this came due, and everything found there is dealt with: an answer would be known. */
  readonly mailboxRead: boolean;
}

export type WaitDecision =
  | { readonly kind: 'remind' | 'resolve' }
  | { readonly kind: 'later'; readonly at: Date }
  /** The wait is none any more, or nothing may come of it: the ticket is left to people. */
  | { readonly kind: 'over'; readonly why: WaitEnd };

export type WaitEnd =
  'not_waiting' | 'switched_off' | 'answered' | 'escalated' | 'no_automatic_mail' | 'undelivered';

/** How soon what stands in the way is looked at again. */
const AGAIN_MS = {
  undecided: HOUR_MS,
  paused: HOUR_MS,
  crowded: HOUR_MS,
  mailboxRead: HOUR_MS / 12,
};

/** What a wait that is due comes to. In doubt nobody is written to and nothing is resolved. */
export function decideWait(calendar: BusinessCalendar, wait: DueWait, now: Date): WaitDecision {
  const end = whyOver(wait);
  if (end !== null) return { kind: 'over', why: end };
  const later = (ms: number): WaitDecision => ({
    kind: 'later',
    at: nextOpening(calendar, new Date(now.getTime() + ms)),
  });
  if (!isServiceTime(calendar, now)) return later(0);
  if (wait.undecided) return later(AGAIN_MS.undecided);
  if (wait.paused) return later(AGAIN_MS.paused);
  if (!wait.mailboxRead) return later(AGAIN_MS.mailboxRead);
  if (wait.stage === 'reminded') return { kind: 'resolve' };
  return wait.crowded ? later(AGAIN_MS.crowded) : { kind: 'remind' };
}

function whyOver(wait: DueWait): WaitEnd | null {
  if (nextStatus(wait.status, 'no_response').kind === 'refused') return 'not_waiting';
  if (wait.answered) return 'answered';
  if (!wait.enabled) return 'switched_off';
  if (wait.escalated) return 'escalated';
  if (wait.undelivered) return 'undelivered';
  return wait.mailAllowed ? null : 'no_automatic_mail';
}
