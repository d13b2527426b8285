import {
  domainOf,
  isNoReply,
  sameAddress,
  type MailAddress,
  type OwnAddressTest,
} from './addresses.js';

/** Who asked, and where the answer goes (D26). */
export interface RequesterOfMessage {
  /** null: no usable sender (D27, "sem remetente"). */
  readonly requester: MailAddress | null;
  /** Where answers go: Reply-To where it is usable, else the requester. */
  readonly replyTo: string | null;
  readonly marks: readonly ('sem_remetente' | 'reply_to_diferente')[];
  /** No automatic mail leaves to an address that somebody else may have put there (D26). */
  readonly automaticMailAllowed: boolean;
}

/**
 * Requester = From; from no-reply or our own domains, the Reply-To (D26). Our own mailboxes are never requesters.
 * A Reply-To in another domain than From is a warning, and no automatic mail.
 */
export function requesterOfMessage(
  from: { readonly address: string | null; readonly name: string },
  replyTo: string | null,
  own: OwnAddressTest,
): RequesterOfMessage {
  const usableReplyTo = replyTo !== null && !own.includes(replyTo) ? sameAddress(replyTo) : null;
  const fromAddress = from.address === null ? null : sameAddress(from.address);
  const fromUsable = fromAddress !== null && !own.includes(fromAddress);
  const speaksForAnother =
    fromAddress !== null && (isNoReply(fromAddress) || own.isOwnDomain(fromAddress));
  if (usableReplyTo !== null && (!fromUsable || speaksForAnother)) {
    return {
      requester: { address: usableReplyTo, name: speaksForAnother || !fromUsable ? '' : from.name },
      replyTo: usableReplyTo,
      marks: [],
      automaticMailAllowed: !isNoReply(usableReplyTo),
    };
  }
  if (!fromUsable || fromAddress === null) {
    return {
      requester: null,
      replyTo: null,
      marks: ['sem_remetente'],
      automaticMailAllowed: false,
    };
  }
  const elsewhere = usableReplyTo !== null && domainOf(usableReplyTo) !== domainOf(fromAddress);
  return {
    requester: { address: fromAddress, name: from.name },
    replyTo: usableReplyTo ?? fromAddress,
    marks: elsewhere ? ['reply_to_diferente'] : [],
    automaticMailAllowed: !elsewhere && !isNoReply(fromAddress),
  };
}
