/** Our own addresses: never recipients of answers, never requesters (D26). Lower case. */
export interface OwnAddresses {
  /** Address or alias → mailbox key. Sub-addresses (`suporte+x@`) are resolved by `mailboxOf`. */
  mailboxOf(address: string): string | null;
  /** True for a mailbox's or alias's address, with or without sub-address detail. */
  includes(address: string): boolean;
  /** True for an address in one of the company's domains. */
  isOwnDomain(address: string): boolean;
}

/** The configured mailboxes and their live state (`mailbox_states`). */
export class Mailboxes {
  ownAddresses(): OwnAddresses {
    throw new Error('unwritten');
  }
}
