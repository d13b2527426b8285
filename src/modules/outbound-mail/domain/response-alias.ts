/** The Amazon SES form of an accepted mail's id, and the region in the name of its SMTP server. */
const SES_RESPONSE = /^250 ok ([0-9a-f]{16}-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}-\d{6})\b/i;
const SES_HOST = /^email-smtp(?:-fips)?\.([a-z0-9-]{4,30})\.amazonaws\.com$/i;

/**
 * The Message-ID under which the accepting server says it passes the mail on, where it rewrote ours: Microsoft 365 names
 * it in the answer to DATA (`250 2.0.0 OK <id@host> [Hostname=…]`); Amazon SES names its first half
 * (`250 Ok 0100…-000000`), and the second follows from the region. Stored as an alias it is thread proof too (D26). null
 * where the answer names none or ours.
 */
export function aliasInResponse(
  response: string,
  ownMessageId: string,
  smtpHost: string,
): string | null {
  const region = SES_HOST.exec(smtpHost)?.[1]?.toLowerCase();
  const given = region === undefined ? undefined : SES_RESPONSE.exec(response)?.[1];
  if (given !== undefined)
    return `${given}@${region === 'us-east-1' ? 'email' : region}.amazonses.com`;
  const named = /<([^\s<>@]+@[^\s<>@]+)>/.exec(response)?.[1];
  return named === undefined || named === ownMessageId || named.length > 250 ? null : named;
}
