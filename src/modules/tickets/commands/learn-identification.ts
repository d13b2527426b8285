import type { HelpdeskConfig } from '../../../config/index.js';
import type { Tx } from '../../../platform/index.js';
import type { Requester, Requesters } from '../../requesters/index.js';
import { recogniseIdentification } from '../domain/identification.js';
import type { Lane } from '../store/ticket.store.js';
import { UNPROVEN_MARKS } from './ticket-mail.js';

/**
 * Whether what a ticket says of its sender may be kept as the requester's (D7): anybody can type another's address into
 * the form or the From of a suspect, and what they add must not stand on that person's record.
 */
export function mayTeach(ticket: {
  readonly lane: Lane;
  readonly marks: readonly string[];
}): boolean {
  return ticket.lane === 'inbox' && !ticket.marks.some((mark) => UNPROVEN_MARKS.includes(mark));
}

/** Keeps the identification that a message brings, where none is known; the requester as known from then on. */
export async function learnIdentification(
  tx: Tx,
  requesters: Requesters,
  config: Pick<HelpdeskConfig, 'company'>,
  about: { readonly requester: Requester; readonly messageId: string; readonly text: string },
): Promise<Requester> {
  const { requester, messageId, text } = about;
  const found = recogniseIdentification(text, config.company.supportIdPattern);
  if (found.supportId === undefined && found.accessEmail === undefined) return requester;
  await requesters.learnIdentification(tx, requester.id, {
    ...found,
    source: `message:${messageId}`,
  });
  return {
    ...requester,
    supportId: requester.supportId ?? found.supportId ?? null,
    accessEmail: requester.accessEmail ?? found.accessEmail ?? null,
  };
}
