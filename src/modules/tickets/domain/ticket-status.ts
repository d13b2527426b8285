/** The three states of a ticket (docs/decisions/0007-ticket-states.md). */
export const TICKET_STATUSES = ['open', 'awaiting_customer', 'resolved'] as const;
export type TicketStatus = (typeof TICKET_STATUSES)[number];

/** Why a ticket was resolved without an answer; reported apart from answered ones (D9). */
export const CLOSE_REASONS = [
  'spam',
  'duplicate',
  'out_of_scope',
  'no_answer_needed',
  'no_response',
] as const;
export type CloseReason = (typeof CLOSE_REASONS)[number];

/** What can happen to a ticket's status. */
export type StatusTrigger =
  /** SMTP accepted an agent's reply (or it was given by another channel) that said `then: …` (D9). */
  | 'reply_then_open'
  | 'reply_then_awaiting'
  | 'reply_then_resolved'
  /** A participant wrote (D9). */
  | 'customer_message'
  /** An agent set the status by hand. */
  | 'agent_open'
  | 'agent_awaiting'
  | 'agent_resolve'
  /** A reply came back or failed for good (D19). */
  | 'answer_returned'
  /** The second team handed back: the ball is with us again (D11). */
  | 'handed_back'
  /** A message on a resolved ticket inside the mailbox's reopen window (D9). */
  | 'reopen_window'
  /** The customer was reminded and did not answer, where the operator has that resolved (D9). */
  | 'no_response';

/** Who may pull each trigger; recorded in the ticket's history. */
export const TRIGGER_ACTOR: Readonly<Record<StatusTrigger, 'agent' | 'customer' | 'system'>> = {
  reply_then_open: 'agent',
  reply_then_awaiting: 'agent',
  reply_then_resolved: 'agent',
  customer_message: 'customer',
  agent_open: 'agent',
  agent_awaiting: 'agent',
  agent_resolve: 'agent',
  answer_returned: 'system',
  handed_back: 'agent',
  reopen_window: 'customer',
  no_response: 'system',
};

/** The table. A pair that is missing is refused; a pair that names its own state changes nothing. */
const TRANSITIONS: Readonly<
  Record<TicketStatus, Partial<Readonly<Record<StatusTrigger, TicketStatus>>>>
> = {
  open: {
    reply_then_open: 'open',
    reply_then_awaiting: 'awaiting_customer',
    reply_then_resolved: 'resolved',
    customer_message: 'open',
    agent_open: 'open',
    agent_awaiting: 'awaiting_customer',
    agent_resolve: 'resolved',
    answer_returned: 'open',
    handed_back: 'open',
    reopen_window: 'open',
  },
  awaiting_customer: {
    reply_then_open: 'open',
    reply_then_awaiting: 'awaiting_customer',
    reply_then_resolved: 'resolved',
    customer_message: 'open',
    agent_open: 'open',
    agent_awaiting: 'awaiting_customer',
    agent_resolve: 'resolved',
    answer_returned: 'open',
    handed_back: 'open',
    reopen_window: 'open',
    no_response: 'resolved',
  },
  // No comments on a resolved ticket (D8, D9): customer mail opens a follow-up, agents reopen first.
  resolved: {
    agent_open: 'open',
    agent_resolve: 'resolved',
    answer_returned: 'open',
    reopen_window: 'open',
  },
};

/** The status after `trigger`; `refused` where the table does not know the move. */
export function nextStatus(
  from: TicketStatus,
  trigger: StatusTrigger,
): { readonly kind: 'moved'; readonly to: TicketStatus } | { readonly kind: 'refused' } {
  const to = TRANSITIONS[from][trigger];
  return to === undefined ? { kind: 'refused' } : { kind: 'moved', to };
}

const TRIGGER_OF_THEN: Readonly<Record<TicketStatus, StatusTrigger>> = {
  open: 'reply_then_open',
  awaiting_customer: 'reply_then_awaiting',
  resolved: 'reply_then_resolved',
};

/** A status set by hand; what is no status has no trigger, and is refused. */
const TRIGGER_BY_HAND: Readonly<Record<TicketStatus, StatusTrigger>> = {
  open: 'agent_open',
  awaiting_customer: 'agent_awaiting',
  resolved: 'agent_resolve',
};

/** The trigger of a reply's `then`. */
export function triggerOfThen(then: TicketStatus): StatusTrigger {
  return TRIGGER_OF_THEN[then];
}

/** What an agent asks for when setting the status by hand. */
export interface StatusRequest {
  readonly from: TicketStatus;
  readonly to: TicketStatus;
  readonly closeReason: CloseReason | null;
  readonly reopenReason: string | null;
  /** A customer message is on the ticket that no accepted human answer covers. */
  readonly unanswered: boolean;
  /** A person has answered this ticket, and the answer was accepted. */
  readonly everAnswered: boolean;
}

export type StatusDecision =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'change'; readonly to: TicketStatus; readonly reopened: boolean }
  | {
      readonly kind: 'refused';
      readonly field: 'status' | 'closeReason' | 'reopenReason';
      /** `missing`: the request lacks something (422); `not_allowed`: the ticket does not permit it (409). */
      readonly why: 'missing' | 'not_allowed';
      readonly detail: string;
      readonly detailEn: string;
    };

/**
 * Whether an agent may set the status by hand (D9, D17). Resolving what was never answered, or has an unanswered
 * message, needs a `closeReason`; leaving `resolved` needs a `reopenReason`; `awaiting_customer` by hand is only for
 * a ticket whose every customer message has its answer, because no return clock runs in that state.
 */
export function decideStatusByAgent(request: StatusRequest): StatusDecision {
  if (request.from === request.to) return { kind: 'unchanged' };
  if (nextStatus(request.from, TRIGGER_BY_HAND[request.to]).kind === 'refused') {
    return {
      kind: 'refused',
      field: 'status',
      why: 'not_allowed',
      detail: 'Um chamado resolvido precisa ser reaberto antes de aguardar o cliente.',
      detailEn: 'A resolved ticket must be reopened first.',
    };
  }
  if (request.to === 'awaiting_customer' && (request.unanswered || !request.everAnswered)) {
    return {
      kind: 'refused',
      field: 'status',
      why: 'not_allowed',
      detail: 'Há mensagem do cliente sem resposta: responda para aguardar o cliente.',
      detailEn: 'A customer message is unanswered: reply with then: awaiting_customer.',
    };
  }
  if (
    request.to === 'resolved' &&
    request.closeReason === null &&
    (request.unanswered || !request.everAnswered)
  ) {
    return {
      kind: 'refused',
      field: 'closeReason',
      why: 'missing',
      detail: 'Resolver sem resposta exige um motivo de encerramento.',
      detailEn: 'Resolving without an answer needs a closeReason.',
    };
  }
  if (request.from === 'resolved' && (request.reopenReason ?? '').trim() === '') {
    return {
      kind: 'refused',
      field: 'reopenReason',
      why: 'missing',
      detail: 'Reabrir exige um motivo.',
      detailEn: 'Reopening needs a reopenReason.',
    };
  }
  return { kind: 'change', to: request.to, reopened: request.from === 'resolved' };
}
