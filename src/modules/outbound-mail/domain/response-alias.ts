/**
 * The Message-ID under which the accepting server says it passes the mail on, where it rewrote ours: Microsoft 365
 * (`250 2.0.0 OK <id@host> [Hostname=…]`) names it in the answer to DATA. Stored as an alias it is thread proof too
 * (D26). null where the answer names none or ours.
 */
export function aliasInResponse(response: string, ownMessageId: string): string | null {
  const named = /<([^\s<>@]+@[^\s<>@]+)>/.exec(response)?.[1];
  return named === undefined || named === ownMessageId || named.length > 250 ? null : named;
}
