import type { Authentication } from './authentication.js';
import type { Findings, JournalEntry, Plan } from './decision.js';
import { agentForward } from './filters/agent-forward.js';
import { agentMail } from './filters/agent-mail.js';
import { automaticMail } from './filters/automatic-mail.js';
import { bounce } from './filters/bounce.js';
import { bulkList } from './filters/bulk-list.js';
import { canary } from './filters/canary.js';
import { complaint } from './filters/complaint.js';
import { earlierCopy } from './filters/earlier-copy.js';
import { newTicket } from './filters/new-ticket.js';
import { ownMail } from './filters/own-mail.js';
import { readReceipt } from './filters/read-receipt.js';
import { resolvedTicket } from './filters/resolved-ticket.js';
import { senderRule } from './filters/sender-rule.js';
import { sentFolder } from './filters/sent-folder.js';
import { sender } from './filters/sender.js';
import { spamVerdict } from './filters/spam-verdict.js';
import { threadAnswer } from './filters/thread-answer.js';
import { twinTicket } from './filters/twin-ticket.js';
import { automaticAnswer } from './filters/automatic-answer.js';
import type { Filter, MessageContext } from './message-context.js';
import type { ParsedMail } from './parsed-mail.js';

/**
 * The row, in order. What keeps us from answering machines and ourselves stands first, what decides stands last;
 * `new-ticket` always decides, so nothing is left without a disposition (D22).
 */
export const FILTERS: readonly Filter[] = [
  sentFolder,
  canary,
  ownMail,
  earlierCopy,
  sender,
  bounce,
  complaint,
  readReceipt,
  automaticMail,
  automaticAnswer,
  spamVerdict,
  agentMail,
  agentForward,
  twinTicket,
  senderRule,
  resolvedTicket,
  threadAnswer,
  bulkList,
  newTicket,
];

export interface Decision {
  readonly plan: Plan;
  readonly findings: Findings;
  readonly journal: readonly JournalEntry[];
  /** What was known about the sender: stored with the message. */
  readonly authentication: Authentication;
}

const NOTHING_LEARNED: Findings = {
  sender: { from: null, replyTo: null, why: 'none' },
  automatic: null,
  suspected: null,
  dmarcFailed: false,
  marks: [],
  silent: null,
};

/**
 * Runs the row over one message. Filters that pass without evidence are not journalled. `elapsedMs` is the caller's
 * monotonic clock, for the journal only.
 */
export function decide(
  mail: ParsedMail,
  context: Omit<MessageContext, 'findings'>,
  elapsedMs: () => number,
  filters: readonly Filter[] = FILTERS,
): Decision {
  let findings: Findings = { ...NOTHING_LEARNED, marks: [] };
  const journal: JournalEntry[] = [];
  for (const filter of filters) {
    const startedAt = elapsedMs();
    const said = filter.run(mail, { ...context, findings });
    const ms = Math.round((elapsedMs() - startedAt) * 100) / 100;
    if (said.verdict !== 'pass' || said.evidence !== undefined) {
      journal.push({ filter: filter.name, verdict: said.verdict, evidence: said.evidence, ms });
    }
    if (said.verdict === 'noted') {
      findings = {
        ...findings,
        ...said.learned,
        marks: [...findings.marks, ...(said.learned.marks ?? [])],
      };
    } else if (said.verdict === 'decided') {
      return { plan: said.plan, findings, journal, authentication: context.authentication };
    }
  }
  throw new Error('No filter decided');
}
