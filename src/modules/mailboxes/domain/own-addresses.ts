/** Our own addresses: never recipients of answers, never requesters (D26). Lower case. */
export interface OwnAddresses {
  /** Address or alias → mailbox key. Sub-addresses (`suporte+x@`) are resolved by `mailboxOf`. */
  mailboxOf(address: string): string | null;
  /** True for a mailbox's or alias's address, with or without sub-address detail. */
  includes(address: string): boolean;
  /** True for an address in one of the company's domains. */
  isOwnDomain(address: string): boolean;
}

/** What of a mailbox's configuration decides whether an address is ours. */
export interface OwnMailbox {
  readonly key: string;
  readonly address: string;
  readonly aliases: readonly string[];
  /** RFC 5233; empty where the provider has no sub-addresses. */
  readonly subAddressSeparator: string;
}

/**
 * Makes the look-up for one version of the configuration. Addresses compare without case, also before the @: RFC 5321
 * §2.4 lets a server tell them apart, none does, and a loop must not hide behind a capital letter.
 */
export function ownAddresses(
  mailboxes: readonly OwnMailbox[],
  companyDomains: readonly string[],
): OwnAddresses {
  const keyByAddress = new Map<string, string>();
  const separatorByKey = new Map<string, string>();
  const domains = new Set(companyDomains.map((domain) => domain.trim().toLowerCase()));
  for (const mailbox of mailboxes) {
    separatorByKey.set(mailbox.key, mailbox.subAddressSeparator);
    for (const address of [mailbox.address, ...mailbox.aliases].map(normalised)) {
      if (!keyByAddress.has(address)) keyByAddress.set(address, mailbox.key);
      domains.add(domainOf(address));
    }
  }
  const separators = [...new Set(separatorByKey.values())].filter((separator) => separator !== '');

  const mailboxOf = (given: string): string | null => {
    const address = normalised(given);
    const exact = keyByAddress.get(address);
    if (exact !== undefined) return exact;
    for (const separator of separators) {
      const bare = withoutDetail(address, separator);
      const key = bare === null ? undefined : keyByAddress.get(bare);
      if (key !== undefined && separatorByKey.get(key) === separator) return key;
    }
    return null;
  };
  return {
    mailboxOf,
    includes: (address) => mailboxOf(address) !== null,
    isOwnDomain: (address) => domains.has(domainOf(normalised(address))),
  };
}

function normalised(address: string): string {
  return address.trim().toLowerCase();
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

/** `suporte+m.dominios@x` → `suporte@x`; null where there is no detail. */
function withoutDetail(address: string, separator: string): string | null {
  const at = address.lastIndexOf('@');
  const from = address.indexOf(separator);
  return from > 0 && from < at ? address.slice(0, from) + address.slice(at) : null;
}
