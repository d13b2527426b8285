import type { OutboxRecipient } from './outgoing.js';

interface Addressee {
  readonly address: string;
  readonly name: string;
}

/**
 * The recipients of a new mail: each address once (To wins over Cc), without our own (D26). Where all of To were
 * ours, nobody is left to answer to and the result is empty, whatever Cc holds.
 */
export function recipientsOf(
  to: readonly Addressee[],
  cc: readonly Addressee[],
  isOurs: (address: string) => boolean,
): OutboxRecipient[] {
  const seen = new Set<string>();
  const take = (list: readonly Addressee[], role: 'to' | 'cc'): OutboxRecipient[] =>
    list.flatMap(({ address, name }) => {
      const trimmed = address.trim();
      const key = trimmed.toLowerCase();
      if (key === '' || seen.has(key) || isOurs(key)) return [];
      seen.add(key);
      const clean = name.replace(/[\s\p{Cc}]+/gu, ' ').trim();
      return [
        {
          address: trimmed,
          name: clean,
          role,
          state: 'pending',
          code: null,
          response: null,
          at: null,
        } as const,
      ];
    });
  const direct = take(to, 'to');
  return direct.length === 0 ? [] : [...direct, ...take(cc, 'cc')];
}

/** Addresses compare without case. */
export function sameAddress(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}
