import type { ReasonProposal } from '../../contact-reasons/index.js';
import type { HelpdeskConfig } from '../../../config/index.js';
import { redirects } from '../domain/redirect.js';
import type {
  ReasonClueDto,
  ReasonWordDto,
  TicketReasonDetailDto,
  TicketReasonDto,
} from './ticket.dto.js';

type Reasons = Pick<HelpdeskConfig, 'reasons'>;

interface ReasonRow {
  readonly reasonKey: string | null;
  readonly reasonLabel: string | null;
  readonly reasonDecidedBy: string;
  readonly reasonConfidence: number;
}

/** "A classificar" where nothing was decided (D4). */
export function presentReason(row: ReasonRow, config: Reasons): TicketReasonDto {
  return {
    key: row.reasonKey,
    label: row.reasonKey === null ? 'A classificar' : (row.reasonLabel ?? row.reasonKey),
    decidedBy: row.reasonDecidedBy,
    confidence: Math.round(row.reasonConfidence * 100) / 100,
    redirects: redirects({ key: row.reasonKey }, config),
  };
}

/** With what spoke for it, as it was recorded when it was decided. */
export function presentReasonDetail(
  row: ReasonRow & { readonly reasonEvidence: Readonly<Record<string, unknown>> },
  config: Reasons,
): TicketReasonDetailDto {
  const { words, clues, proposal } = row.reasonEvidence as {
    words?: ReasonWordDto[];
    clues?: ReasonClueDto[];
    proposal?: ReasonProposal;
  };
  return {
    ...presentReason(row, config),
    words: words ?? [],
    clues: clues ?? [],
    proposal:
      proposal === undefined || config.reasons[proposal.key]?.retired !== false
        ? null
        : {
            key: proposal.key,
            label: config.reasons[proposal.key]!.label,
            confidence: proposal.confidence,
            redirects: redirects(proposal, config),
            words: [...proposal.words],
          },
  };
}
