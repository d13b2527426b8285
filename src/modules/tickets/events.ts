import { defineEvent } from '../../platform/index.js';

/** A customer answered the question for feedback by mail, with a bare score of 1 to 5 (D12). */
export const ticketScored = defineEvent<{ ticketId: string; score: number }>('tickets.scored');
