/**
 * What stands in a conversation and is not for the agents who read it: the tokens of links that let whoever has them
 * act as the customer (D8, D12), and the numbers of tickets that the reader may not see (D20). Each character becomes an
 * asterisk, so that positions in the text stay what they were.
 */
export function withheld(text: string, restricted: readonly string[]): string {
  const shown = text.includes('/portal')
    ? text.replace(TOKEN, (_, path: string, token: string) => path + '*'.repeat(token.length))
    : text;
  return restricted.reduce((rest, protocol) => {
    if (!rest.includes(protocol)) return rest;
    return rest.replace(new RegExp(`(?<!\\d)${protocol}(?!\\d)`, 'g'), '*'.repeat(protocol.length));
  }, shown);
}

/** The same in every text of a JSON value. */
export function withheldIn(value: unknown, restricted: readonly string[]): unknown {
  if (typeof value === 'string') return withheld(value, restricted);
  if (Array.isArray(value)) return value.map((one) => withheldIn(one, restricted));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, withheldIn(one, restricted)]);
  return Object.fromEntries(entries) as unknown;
}

/** As `SignedLinks` writes them; `=` and line breaks of quoted-printable are long decoded. */
const TOKEN =
  /(\/portal(?:\?token=|\/feedback\/|\/unsubscribe\/))([\w-]{1,200}(?:\.[\w-]{1,600}){3})/g;
