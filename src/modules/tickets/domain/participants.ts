import { distinctAddresses, sameAddress, type OwnAddressTest } from './addresses.js';
import type { CustomerMessage } from './customer-message.js';
import { looksLikeList } from './recipients.js';
import type { RequesterOfMessage } from './requester-of-message.js';

/** Mail with more addressees than this is no conversation among colleagues; the rest stays visible on the message. */
const PARTICIPANT_LIMIT = 50;

/**
 * Who may answer on the ticket that a message opens (D26): the requester by either address, and everybody the customer
 * wrote to, except ourselves and lists. Lower-case, without repetitions.
 */
export function participantsOf(
  message: Pick<CustomerMessage, 'from' | 'to' | 'cc'>,
  who: RequesterOfMessage,
  own: OwnAddressTest,
): { address: string; name: string; role: 'requester' | 'cc' }[] {
  const requester = [
    ...(who.requester === null ? [] : [who.requester]),
    ...(who.replyTo === null ? [] : [{ address: who.replyTo, name: who.requester?.name ?? '' }]),
  ].map((one) => ({
    address: sameAddress(one.address),
    name: one.name,
    role: 'requester' as const,
  }));
  const others = [...message.to, ...message.cc]
    .filter((one) => !own.includes(one.address) && !looksLikeList(one.address))
    .map((one) => ({ address: sameAddress(one.address), name: one.name, role: 'cc' as const }));
  return distinctAddresses([...requester, ...others]).slice(0, PARTICIPANT_LIMIT) as {
    address: string;
    name: string;
    role: 'requester' | 'cc';
  }[];
}
