/** How one server of a mailbox is reached; ports filled in. */
export interface ServerSettings {
  readonly protocol: 'IMAP' | 'SMTP';
  readonly host: string;
  readonly port: number;
  readonly tls: 'implicit' | 'starttls' | 'none';
  /** PEM of the operator's own authority. */
  readonly ca?: string | undefined;
  readonly socketTimeoutMs: number;
}

/** The ports of RFC 8314 and RFC 6409. */
const DEFAULT_PORTS = {
  IMAP: { implicit: 993, starttls: 143, none: 143 },
  SMTP: { implicit: 465, starttls: 587, none: 587 },
} as const;

/** A server section of the configuration with its default port. */
export function serverSettings(
  protocol: ServerSettings['protocol'],
  config: {
    readonly host: string;
    readonly port?: number | undefined;
    readonly tls: ServerSettings['tls'];
    readonly ca?: string | undefined;
    readonly socketTimeoutMs: number;
  },
): ServerSettings {
  return {
    protocol,
    host: config.host,
    port: config.port ?? DEFAULT_PORTS[protocol][config.tls],
    tls: config.tls,
    ca: config.ca,
    socketTimeoutMs: config.socketTimeoutMs,
  };
}

/** How we log in; `none` only where the configuration names no user (a relay that knows us by address). */
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'password'; readonly user: string; readonly password: string }
  | { readonly kind: 'oauth2'; readonly user: string; readonly accessToken: string };
