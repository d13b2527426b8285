/** How a server is spoken to: `implicit` TLS from the first byte, `starttls`, or `none` (plaintext, only on purpose). */
export type TlsMode = 'implicit' | 'starttls' | 'none';

/** OAuth2 for IMAP and SMTP (XOAUTH2). */
export class OAuthConfig {
  /** `google` and `microsoft` know their endpoints; `custom` takes the ones below. */
  provider: 'google' | 'microsoft' | 'custom';
  /** How tokens are obtained: a person's consent (`mailbox authorize`) or the application's own credentials. */
  flow: 'authorization_code' | 'device_code' | 'client_credentials' = 'authorization_code';
  clientId: string;
  clientSecret?: string;
  /** Microsoft 365: directory (tenant) id. Default `common`. */
  tenant?: string;
  scopes?: string[];
  authorizationEndpoint?: string;
  deviceAuthorizationEndpoint?: string;
  tokenEndpoint?: string;
  redirectUri?: string;
}

/** One server (IMAP or SMTP) and the way to log in. */
export class ServerConfig {
  host: string;
  /** Default: 993 / 143 for IMAP, 465 / 587 for SMTP, by `tls`. */
  port?: number;
  tls: TlsMode = 'implicit';
  /** A certificate authority of the operator's own, as PEM text. The certificate is always checked. */
  ca?: string;
  user?: string;
  password?: string;
  oauth2?: OAuthConfig;
  /** Milliseconds until a silent connection counts as dead. Default 60000. */
  socketTimeoutMs: number = 60_000;
}

export class SmtpConfig extends ServerConfig {
  /** Connections used at the same time. Default 4. */
  maxConnections: number = 4;
}

export class FoldersConfig {
  inbox: string = 'INBOX';
  /** Watched; what lies there is suspected spam (D23). `false`: not watched. Default: found by \Junk, or none. */
  junk?: string | false;
  /** Watched for answers given outside (D24). Default: found by \Sent, or none. */
  sent?: string | false;
}

export class MailboxIdentityConfig {
  /** The name customers see as sender. Default: the company's name. */
  name?: string;
  /** Shown below every answer, plain text. */
  signature?: string;
}

/** One watched mailbox (D1). Its key in `mailboxes:` is its name everywhere. */
export class MailboxConfig {
  address: string;
  /** Further addresses that arrive here; our own, so never recipients of answers (D26). */
  aliases: string[] = [];
  /** `observe`: ingest, decide, journal; send nothing, touch nothing on the server. */
  mode: 'live' | 'observe' = 'live';
  /** `now`, `all`, or an RFC 3339 instant / YYYY-MM-DD: older messages are `historical` (D1). */
  startFrom: string = 'now';
  queue: string;
  /** D4: mail without an explicit mark gets this reason (finance). */
  fixedReason?: string;
  /** D4: where neither clues nor classifier decide. */
  fallbackReason?: string;
  /** Key in `calendars`; default `default`. */
  calendar: string = 'default';
  imap: ServerConfig;
  smtp: SmtpConfig;
  identity: MailboxIdentityConfig = new MailboxIdentityConfig();
  folders: FoldersConfig = new FoldersConfig();
  /** What is done on the server when a message has been processed (D22). */
  after: 'keep' | 'seen' | 'move' = 'keep';
  /** Target folder for `after: move`. */
  moveTo?: string;
  /** List-Ids that are this mailbox's own (D21), for example `suporte.empresa.com.br`. */
  ownLists: string[] = [];
  /** Envelope sender of automatic mail: `null` sender (default) or an address for providers that refuse it. */
  automaticEnvelopeFrom: string = '';
  /** RFC 5233 detail separator for `+m.dominios`; empty: the provider has no sub-addresses. */
  subAddressSeparator: string = '+';
  /** Agents' answers: `at_once` or held to service hours (D18). */
  answers: 'at_once' | 'service_hours' = 'at_once';
  /** D9: days in which an answer on a resolved ticket reopens it; 0: always a follow-up. */
  reopenWindowDays: number = 0;
  /** D5: an exact clue of a redirecting reason answers by itself. */
  redirectAutomatically: boolean = false;
  /** D21: automatic mail that answers nothing opens a `ticket`, or goes to the daily `bulk_list`. */
  automaticMail: 'ticket' | 'bulk_list' = 'ticket';
  /** authserv-ids whose Authentication-Results are believed (RFC 8601). */
  trustedAuthservIds: string[] = [];
  /** Seconds between polls of folders that are not in IDLE, and of INBOX where IDLE is missing. Default 30. */
  pollIntervalSeconds: number = 30;
  retired: boolean = false;
}
