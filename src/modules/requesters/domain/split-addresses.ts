/** What may be split off a person: some of their addresses, not all. */
export type SplitDecision =
  | { readonly kind: 'split'; readonly addresses: readonly string[] }
  /** Not theirs. */
  | { readonly kind: 'foreign'; readonly address: string }
  /** Nothing would be left, or nothing was named. */
  | { readonly kind: 'nothing_left' };

/** Addresses compare without case; naming one twice is naming it once. */
export function splitAddresses(
  theirs: readonly string[],
  wanted: readonly string[],
): SplitDecision {
  const addresses = [...new Set(wanted.map((address) => address.trim().toLowerCase()))];
  const foreign = addresses.find((address) => !theirs.includes(address));
  if (foreign !== undefined) return { kind: 'foreign', address: foreign };
  if (addresses.length === 0 || addresses.length >= theirs.length) return { kind: 'nothing_left' };
  return { kind: 'split', addresses };
}
