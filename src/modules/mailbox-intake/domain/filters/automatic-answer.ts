import { isChallenge } from '../automatic/challenge.js';
import { PASS } from '../decision.js';
import type { Filter } from '../message-context.js';
import { machineProof } from '../thread.js';
import { isListMail } from './automatic-mail.js';

/** Shown until an agent has looked: the customer's filter waits for a person's confirmation. */
const CHALLENGE_MARK = 'confirmacao_pedida';
const CHALLENGE_MEANING =
  'O destinatário usa um filtro que pede confirmação: a mensagem só chega depois que alguém a confirmar.';

/**
 * An automatic message that answers something of ours (vacation notice, another desk's acknowledgement): recorded on
 * the ticket, changing neither status nor clock (D13, D21). List mail may be a person's answer through a list.
 */
export const automaticAnswer: Filter = {
  name: 'automatic-answer',
  run(mail, context) {
    const why = context.findings.automatic;
    if (why === null || isListMail(why)) return PASS;
    const proof = machineProof(context);
    if (proof === null) return PASS;
    const { ticketId } = proof.ticket;
    const challenge = isChallenge(mail);
    return {
      verdict: 'decided',
      evidence: { why, by: proof.by, ticketId, ...(challenge ? { challenge } : {}) },
      plan: {
        kind: 'machine',
        ticketId,
        what: 'auto_reply',
        meaning: challenge ? CHALLENGE_MEANING : null,
        mark: challenge ? CHALLENGE_MARK : null,
      },
    };
  },
};
