const PROTOCOL = /^[1-9]\d{0,17}$/;

/** Every text in `value`, however deep, that could be the number of a ticket. */
export function namedTickets(value: unknown): string[] {
  if (typeof value === 'string') return PROTOCOL.test(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(namedTickets);
}

/** The same value with those numbers replaced by `label`. */
export function withoutTickets<Value>(
  value: Value,
  restricted: ReadonlySet<string>,
  label: string,
): Value {
  const without = (one: unknown): unknown => {
    if (typeof one === 'string') return restricted.has(one) ? label : one;
    if (Array.isArray(one)) return one.map(without);
    if (typeof one !== 'object' || one === null || one instanceof Date) return one;
    return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, without(inner)]));
  };
  return restricted.size === 0 ? value : (without(value) as Value);
}
