/** One thing that happened to a ticket, in ids and states. */
export type TicketNewsItem =
  | { readonly kind: 'opened'; readonly messageId: string }
  | {
      readonly kind: 'status_changed';
      readonly from: string;
      readonly to: string;
      readonly closeReason: string | null;
    }
  /** `by`: the machine gave it out, or an agent. */
  | { readonly kind: 'assigned'; readonly assigneeId: string; readonly by: 'machine' | 'agent' }
  | {
      readonly kind: 'message_received';
      readonly messageId: string;
      readonly messageKind: 'inbound' | 'courtesy' | 'third_party';
    }
  /** Accepted by the requester's mail server, or found as given outside (D19, D24). */
  | { readonly kind: 'reply_sent'; readonly messageId: string }
  /** `dueAt`: of the second team's promise (D14). Queues may be private (D20). */
  | { readonly kind: 'escalated'; readonly escalatedTo: string; readonly dueAt: string }
  | { readonly kind: 'handed_back'; readonly handedBackFrom: string }
  | {
      readonly kind: 'deadline_warned' | 'deadline_breached';
      readonly clockId: string;
      readonly clockKind: string;
      readonly dueAt: string;
    };

interface Entry {
  readonly action: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

const RECEIVED: Readonly<Record<string, 'inbound' | 'courtesy' | 'third_party'>> = {
  message_received: 'inbound',
  courtesy_received: 'courtesy',
  third_party_waiting: 'third_party',
  side_conversation_answered: 'third_party',
};

/** What in these entries of a ticket's history is news to others; reasons and other texts are left behind. */
export function newsOf(entries: readonly Entry[]): TicketNewsItem[] {
  return entries.flatMap((entry) => newsIn(entry) ?? []);
}

function newsIn({ action, before, after }: Entry): TicketNewsItem | null {
  const [was, is] = [fields(before), fields(after)];
  const messageKind = RECEIVED[action];
  if (messageKind !== undefined)
    return { kind: 'message_received', messageId: text(is['messageId']), messageKind };
  switch (action) {
    case 'status_changed':
      return {
        kind: 'status_changed',
        from: text(was['status']),
        to: text(is['status']),
        closeReason: orNull(is['closeReason']),
      };
    case 'assignee_changed': {
      const assigneeId = orNull(is['assignee']);
      const by = is['why'] === undefined || is['why'] === 'take_next' ? 'agent' : 'machine';
      return assigneeId === null ? null : { kind: 'assigned', assigneeId, by };
    }
    case 'reply_written':
      // By telephone or chat it was given as it was written; by mail SMTP has yet to accept it.
      return is['given'] === true ? { kind: 'reply_sent', messageId: text(is['messageId']) } : null;
    case 'reply_accepted':
    case 'answered_outside':
      return { kind: 'reply_sent', messageId: text(is['messageId']) };
    case 'escalated':
      return {
        kind: 'escalated',
        escalatedTo: text(is['escalatedTo']),
        dueAt: text(is['resolutionDueAt']),
      };
    case 'handed_back':
      return { kind: 'handed_back', handedBackFrom: text(was['escalatedTo']) };
    case 'deadline_warned':
    case 'deadline_breached':
      return {
        kind: action,
        clockId: text(is['clockId']),
        clockKind: text(is['kind']),
        dueAt: text(is['dueAt']),
      };
    default:
      return null;
  }
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function orNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
