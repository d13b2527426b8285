import { sameAddress } from './addresses.js';

/**
 * Among `to`, the first who asked: the requester by any of their addresses, or somebody an agent let speak for them.
 * Only a mail to them answers the ticket (D19). Without anybody who asked by mail (telephone, chat), whoever is written
 * to is the one who is answered. Null: the mail goes to others only.
 */
export function whoIsAnswered(
  ticket: { readonly requesterAddress: string | null; readonly replyToAddress: string | null },
  participants: readonly { readonly address: string; readonly role: string }[],
  to: readonly { readonly address: string }[],
): string | null {
  const asking = new Set(
    participants
      .filter((one) => one.role === 'requester' || one.role === 'accepted')
      .map((one) => one.address),
  );
  for (const address of [ticket.requesterAddress, ticket.replyToAddress]) {
    if (address !== null) asking.add(sameAddress(address));
  }
  const answered =
    asking.size === 0 ? to[0] : to.find((one) => asking.has(sameAddress(one.address)));
  return answered?.address ?? null;
}

/** Whether nobody but the requester gets this mail: only then may it carry links that speak for them. */
export function isForRequesterAlone(
  ticket: { readonly requesterAddress: string | null; readonly replyToAddress: string | null },
  to: readonly { readonly address: string }[],
  cc: readonly { readonly address: string }[],
): boolean {
  const [only] = to;
  if (only === undefined || to.length > 1 || cc.length > 0) return false;
  return [ticket.requesterAddress, ticket.replyToAddress].some(
    (one) => one !== null && sameAddress(one) === sameAddress(only.address),
  );
}
