import { PASS } from '../decision.js';
import type { Filter } from '../message-context.js';
import { recogniseComplaint } from '../returned/complaint.js';

const COMPLAINT_MARK = 'reclamacao_de_spam';
const MEANINGS: Readonly<Record<string, string>> = {
  'auth-failure': 'Um servidor informa que a nossa mensagem falhou na autenticação.',
  'not-spam': 'O destinatário informou que a nossa mensagem não é spam.',
  'opt-out': 'O destinatário pede para não receber mais as nossas mensagens.',
};

/**
 * Feedback reports (RFC 5965): shown on the ticket of the mail that they are about, else only recorded. They change
 * nothing and are never answered (D21).
 */
export const complaint: Filter = {
  name: 'complaint',
  run(mail, context) {
    const found = recogniseComplaint(mail);
    if (found === null) return PASS;
    const ticketId = context.returned?.ticketId ?? null;
    const abuse = MEANINGS[found.type] === undefined;
    return {
      verdict: 'decided',
      evidence: { ...found, ...(ticketId === null ? { original: 'no mail of ours' } : {}) },
      plan:
        ticketId === null
          ? { kind: 'record', disposition: 'complaint', ticketId: null }
          : {
              kind: 'machine',
              ticketId,
              what: 'complaint',
              meaning: MEANINGS[found.type] ?? 'O destinatário marcou a nossa mensagem como spam.',
              mark: abuse ? COMPLAINT_MARK : null,
            },
    };
  },
};
