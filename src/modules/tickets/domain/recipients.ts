import {
  distinctAddresses,
  sameAddress,
  type MailAddress,
  type OwnAddressTest,
} from './addresses.js';

/** What the default reply is made from. */
export interface ReplySituation {
  readonly requester: MailAddress | null;
  /** Where the requester wants answers (Reply-To of the request). */
  readonly replyTo: string | null;
  /** Cc of the last customer message, as received. */
  readonly lastCc: readonly MailAddress[];
  /** Addresses known as mailing lists; an answer to one reaches strangers. */
  readonly lists: readonly string[];
}

export interface Recipients {
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
}

const LIST_LOCAL_PART = /(?:^|[-_.+])(?:list|lista|listas|bounces|owner|request|unsubscribe)$/;

/** An address that by its own shape belongs to a list manager. */
export function looksLikeList(address: string): boolean {
  return LIST_LOCAL_PART.test(sameAddress(address).split('@')[0] ?? '');
}

/**
 * D26: To the requester (by Reply-To), Cc the Cc of the last customer message minus our addresses and lists.
 * `to` is empty where the ticket has no address (telephone, no usable sender): the agent names one.
 */
export function defaultRecipients(situation: ReplySituation, own: OwnAddressTest): Recipients {
  const target = situation.replyTo ?? situation.requester?.address ?? null;
  const to =
    target === null || own.includes(target)
      ? []
      : [{ address: target, name: situation.requester?.name ?? '' }];
  const lists = new Set(situation.lists.map(sameAddress));
  const taken = new Set(to.map((one) => sameAddress(one.address)));
  const cc = distinctAddresses(situation.lastCc).filter((one) => {
    const key = sameAddress(one.address);
    return !taken.has(key) && !own.includes(key) && !lists.has(key) && !looksLikeList(key);
  });
  return { to, cc };
}

/** The first of the named recipients that is one of ours: never a recipient (D26). */
export function ownAmong(list: readonly MailAddress[], own: OwnAddressTest): number {
  return list.findIndex((one) => own.includes(sameAddress(one.address)));
}
