import type { HelpdeskConfig } from '../../../config/index.js';
import type { OwnAddressTest } from '../domain/addresses.js';
import { withheldIn } from '../domain/withheld.js';
import { defaultRecipients } from '../domain/recipients.js';
import type { HistoryRow, LinkedTicketRow, TicketDetailRow } from '../store/ticket-view.store.js';
import type { TicketRow } from '../store/ticket.store.js';
import { presentReason, presentReasonDetail } from './present-reason.js';
import {
  RESTRICTED_LABEL,
  type HistoryEntryDto,
  type TicketDeadlineDto,
  type TicketDto,
  type TicketLinkDto,
  type TicketSummaryDto,
} from './ticket.dto.js';

type Reasons = Pick<HelpdeskConfig, 'reasons'>;

/** A clock past its instant is breached for whoever looks, also in the second before the watcher marks it (D19). */
export function presentDeadline(
  row: { readonly dueAt: Date | null; readonly dueKind: string | null; readonly breached: boolean },
  now: Date,
): TicketDeadlineDto {
  if (row.dueAt === null) return { dueAt: null, kind: null, state: null };
  return {
    dueAt: row.dueAt.toISOString(),
    kind: row.dueKind,
    state: row.breached || row.dueAt < now ? 'breached' : 'running',
  };
}

export function presentLink(link: LinkedTicketRow): TicketLinkDto {
  if (!link.visible) {
    return { relation: link.relation, restricted: true, label: RESTRICTED_LABEL };
  }
  return {
    relation: link.relation,
    restricted: false,
    label: link.subject === '' ? `Chamado ${link.id}` : link.subject,
    protocol: link.id,
    queue: link.queueKey,
    status: link.status,
  };
}

const ABOUT = /^pode_ser_sobre:([1-9]\d{0,17})$/;

/** The ticket that a stranger's mail says it is about (D26); null where none is. */
export function aboutTicket(marks: readonly string[]): string | null {
  return marks.map((mark) => ABOUT.exec(mark)?.[1]).find((id) => id !== undefined) ?? null;
}

/** Marks link too: to a ticket out of sight only by the restricted label (D20). */
function presentMarks(marks: readonly string[], restricted: ReadonlySet<string>): string[] {
  return marks.map((mark) =>
    restricted.has(ABOUT.exec(mark)?.[1] ?? '') ? `pode_ser_sobre:${RESTRICTED_LABEL}` : mark,
  );
}

/** A ticket's row with what a list shows of its neighbours. */
export interface SummaryRow extends Omit<
  TicketRow,
  | 'reasonEvidence'
  | 'replyToAddress'
  | 'followUpOf'
  | 'escalationOf'
  | 'twinGroup'
  | 'mergedInto'
  | 'assigneeId'
> {
  readonly reasonLabel: string | null;
  readonly requesterName: string | null;
  readonly assignee: { id: string; name: string; email: string } | null;
}

/** A ticket in a list; `restricted`: tickets that its marks may not name. */
export function presentSummary(
  row: SummaryRow,
  config: Reasons,
  now: Date,
  restricted: ReadonlySet<string> = new Set(),
): TicketSummaryDto {
  return {
    protocol: row.id,
    subject: row.subject,
    status: row.status,
    closeReason: row.closeReason,
    reason: presentReason(row, config),
    queue: row.queueKey,
    assignee: row.assignee,
    requester:
      row.requesterId === null
        ? null
        : { id: row.requesterId, name: row.requesterName ?? '', address: row.requesterAddress },
    channel: row.channel,
    mailbox: row.mailboxKey,
    priority: row.priority,
    createdAt: row.createdAt.toISOString(),
    receivedAt: row.receivedAt.toISOString(),
    lastActivityAt: row.lastActivityAt.toISOString(),
    resolvedAt: row.resolvedAt?.toISOString() ?? null,
    deadline: presentDeadline(row, now),
    escalation:
      row.escalatedTo === null
        ? null
        : { queue: row.escalatedTo, since: row.escalatedAt!.toISOString() },
    tags: row.tags,
    marks: presentMarks(row.marks, restricted),
    lane: row.lane,
    version: row.version,
  };
}

/** One ticket as interfaces.md names its fields. */
export function presentTicket(
  row: TicketDetailRow,
  config: Reasons,
  own: OwnAddressTest,
  now: Date,
  restricted: ReadonlySet<string>,
): Omit<TicketDto, 'customerWait'> {
  const links = row.linked.map(presentLink);
  const name = row.requester?.name ?? '';
  const { to, cc } = defaultRecipients(
    {
      requester: row.requesterAddress === null ? null : { address: row.requesterAddress, name },
      replyTo: row.replyToAddress,
      lastCc: row.lastCc ?? [],
      lists: [],
    },
    own,
  );
  const summary = presentSummary(
    { ...row, requesterName: name, assignee: row.assignee },
    config,
    now,
    restricted,
  );
  return {
    ...summary,
    reason: presentReasonDetail(row, config),
    requester: presentRequester(row),
    participants: row.participants.map((one) => ({ ...one })),
    escalation:
      summary.escalation === null
        ? null
        : { ...summary.escalation, dueAt: row.resolutionDueAt?.toISOString() ?? null },
    twins: links.filter((link) => link.relation === 'twin'),
    links: links.filter((link) => link.relation !== 'twin'),
    replyTo: { to: [...to], cc: [...cc] },
  };
}

function presentRequester(row: TicketDetailRow): TicketDto['requester'] {
  if (row.requester === null) return null;
  const { id, name, addresses, supportId, accessEmail, segment, entitlements } = row.requester;
  return {
    id,
    name,
    address: row.requesterAddress,
    replyTo: row.replyToAddress,
    addresses: [...addresses],
    supportId,
    accessEmail,
    segment,
    entitlements,
  };
}

/** A change; numbers of linked tickets that the reader may not see are withheld in it (D20). */
export function presentHistory(row: HistoryRow, restricted: readonly string[]): HistoryEntryDto {
  return {
    ...row,
    at: row.at.toISOString(),
    before: withheldIn(row.before, restricted),
    after: withheldIn(row.after, restricted),
  };
}
