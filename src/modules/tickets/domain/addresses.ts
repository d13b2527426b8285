/** A person or machine at the other end of a mail. */
export interface MailAddress {
  readonly address: string;
  readonly name: string;
}

/** Which addresses are our own (D26); the mailboxes module answers it. */
export interface OwnAddressTest {
  includes(address: string): boolean;
  isOwnDomain(address: string): boolean;
}

/** Addresses are compared in lower case: nobody runs two mailboxes that differ in case. */
export const sameAddress = (address: string): string => address.trim().toLowerCase();

/** The part behind the last `@`, lower case; '' where there is none. */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 0 ? '' : address.slice(at + 1).toLowerCase();
}

/** Senders who say that nobody reads them (D26). */
const NO_REPLY =
  /^(?:no[-_.]?reply|nao[-_.]?responda|não[-_.]?responda|do[-_.]?not[-_.]?reply|donotreply)(?:[+-]|$)/;

export function isNoReply(address: string): boolean {
  return NO_REPLY.test(sameAddress(address).split('@')[0] ?? '');
}

/** The list without repetitions (by lower-case address), first name kept. */
export function distinctAddresses(list: readonly MailAddress[]): MailAddress[] {
  const seen = new Set<string>();
  return list.filter((item) => {
    const key = sameAddress(item.address);
    if (key === '' || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

const NAME_LIMIT = 60;

/**
 * A name as automatic mail may repeat it (issue 2, point 8): without URLs and control characters, cut at 60
 * characters, so that a form or a From header cannot make us deliver somebody's advertisement.
 */
export function nameForAutomaticMail(name: string): string {
  const clean = name
    .replace(/\p{Cc}/gu, ' ')
    .replace(/\b(?:https?:\/\/|www\.)\S*/gi, ' ')
    .replace(/\b[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.[a-z]{2,}(?:\/\S*)?/giu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return [...clean].slice(0, NAME_LIMIT).join('').trim();
}
