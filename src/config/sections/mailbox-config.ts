import {
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { IsAddress, IsHost, IsTextOrFalse, Nested, Secret } from '../fields.js';
import { AwaitingCustomerConfig } from './awaiting-customer-config.js';
import { CanaryConfig } from './canary-config.js';

/** How a server is spoken to: `implicit` TLS from the first byte, `starttls`, or `none` (plaintext, only on purpose). */
export type TlsMode = 'implicit' | 'starttls' | 'none';

/** OAuth2 for IMAP and SMTP (XOAUTH2). */
export class OAuthConfig {
  /** `google` and `microsoft` know their endpoints; `custom` takes the ones below. */
  @IsIn(['google', 'microsoft', 'custom'])
  provider: 'google' | 'microsoft' | 'custom';

  /** How tokens are obtained: a person's consent (`mailbox authorize`) or the application's own credentials. */
  @IsIn(['authorization_code', 'device_code', 'client_credentials'])
  flow: 'authorization_code' | 'device_code' | 'client_credentials' = 'authorization_code';

  /** The id under which the provider knows this application. */
  @IsString()
  @Length(1, 500)
  clientId: string;

  /** The application's secret, where the provider gave one. */
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  @Secret()
  clientSecret?: string;

  /** Microsoft 365: directory (tenant) id. Default `common`. */
  @IsOptional()
  @IsString()
  @Matches(/^[A-Za-z0-9.-]+$/, { message: '$property must be a directory id or a domain' })
  tenant?: string;

  /**
   * Last day of the authorization or of the client secret, YYYY-MM-DD, where only the provider's console tells it: counted
   * down like a certificate. What the token endpoint tells by itself needs no date here.
   */
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: '$property must be a day (YYYY-MM-DD)' })
  expiresOn?: string;

  /** Scopes to ask for. Default: what the provider needs for IMAP and SMTP. */
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  scopes?: string[];

  /** Where a person consents; for `custom`. */
  @IsOptional()
  @Matches(/^https?:\/\/\S+$/, { message: '$property must be a URL' })
  authorizationEndpoint?: string;

  /** Where a device code is asked for (RFC 8628); for `custom`. */
  @IsOptional()
  @Matches(/^https?:\/\/\S+$/, { message: '$property must be a URL' })
  deviceAuthorizationEndpoint?: string;

  /** Where tokens are issued; for `custom`. */
  @IsOptional()
  @Matches(/^https?:\/\/\S+$/, { message: '$property must be a URL' })
  tokenEndpoint?: string;

  /** Where the browser is sent after the consent; its address is pasted into `mailbox authorize`. */
  @IsOptional()
  @Matches(/^[a-z][a-z0-9+.-]*:\S+$/i, { message: '$property must be a URL' })
  redirectUri?: string;
}

/** One server (IMAP or SMTP) and the way to log in. */
export class ServerConfig {
  /** Name or IP address, for example `imap.gmail.com`. */
  @IsHost()
  host: string;

  /** Default: 993 / 143 for IMAP, 465 / 587 for SMTP, by `tls`. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(65_535)
  port?: number;

  /** `implicit`: TLS from the first byte. `starttls`: upgraded, refused where the server cannot. `none`: plaintext. */
  @IsIn(['implicit', 'starttls', 'none'])
  tls: TlsMode = 'implicit';

  /** A certificate authority of the operator's own, as PEM text. The certificate is always checked. */
  @IsOptional()
  @IsString()
  @Matches(/-----BEGIN CERTIFICATE-----/, {
    message: '$property must be a certificate as PEM text (-----BEGIN CERTIFICATE-----)',
  })
  ca?: string;

  /** Log-in name. Default: the mailbox's address, where `password` or `oauth2` is given. */
  @IsOptional()
  @IsString()
  @Length(1, 320)
  user?: string;

  /** Password of the log-in name; excludes `oauth2`. */
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  @Secret()
  password?: string;

  /** Log-in by OAuth2 instead of a password. */
  @IsOptional()
  @Nested(() => OAuthConfig)
  oauth2?: OAuthConfig;

  /** Milliseconds until a silent connection counts as dead. Default 60000. */
  @IsInt()
  @Min(1_000)
  @Max(3_600_000)
  socketTimeoutMs: number = 60_000;
}

/** The server that takes this mailbox's outgoing mail. */
export class SmtpConfig extends ServerConfig {
  /** Connections used at the same time. Default 4. */
  @IsInt()
  @Min(1)
  @Max(50)
  maxConnections: number = 4;
}

/** The folders that are watched. */
export class FoldersConfig {
  /** Where mail arrives. */
  @IsString()
  @Length(1, 255)
  inbox: string = 'INBOX';

  /** Watched; what lies there is suspected spam (D23). `false`: not watched. Default: found by \Junk, or none. */
  @IsOptional()
  @IsTextOrFalse()
  junk?: string | false;

  /**
   * Watched for answers that people give outside the helpdesk (D24). `false`: not watched. Default: found by \Sent, or
   * none.
   */
  @IsOptional()
  @IsTextOrFalse()
  sent?: string | false;

  /**
   * Our own copy of sent mail in the Sent folder. `auto`: of what people wrote, where the provider files none itself (Google
   * and Microsoft 365 do). `always`: of everything that leaves. `never`: none.
   */
  @IsIn(['auto', 'always', 'never'])
  sentCopy: 'auto' | 'always' | 'never' = 'auto';
}

/** How this mailbox signs. */
export class MailboxIdentityConfig {
  /** The name customers see as sender. Default: the company's name. */
  @IsOptional()
  @IsString()
  @Length(1, 120)
  name?: string;

  /** Shown below every answer, plain text. */
  @IsOptional()
  @IsString()
  @Length(1, 4000)
  signature?: string;
}

/** The operator's own rules for mail that is held as suspected spam (D23). */
export class SuspectsConfig {
  /** Addresses, or `@domain` for all of a domain and of nothing below it. */
  @IsString({ each: true })
  @Matches(/^[^@\s]*@[^@\s]+$/, {
    each: true,
    message: 'each value in $property must be an address or @domain',
  })
  senders: string[] = [];

  /** Words that stand in the subject, for example `ganhe dinheiro`; accents, upper and lower case count nothing. */
  @IsString({ each: true })
  @Length(3, 120, { each: true })
  subjects: string[] = [];
}

/** One watched mailbox (D1). Its key in `mailboxes:` is its name everywhere. */
export class MailboxConfig {
  /** The address customers write to, for example `suporte@empresa.com.br`. */
  @IsAddress()
  address: string;

  /** Further addresses that arrive here; our own, so never recipients of answers (D26). */
  @IsAddress({ each: true })
  aliases: string[] = [];

  /** `observe`: ingest, decide, journal; send nothing, touch nothing on the server. */
  @IsIn(['live', 'observe'])
  mode: 'live' | 'observe' = 'live';

  /** `now`, `all`, or an RFC 3339 instant / YYYY-MM-DD: older messages are `historical` (D1). */
  @IsString()
  startFrom: string = 'now';

  /** Key in `queues` of those who work this mailbox's tickets. */
  @IsString()
  queue: string;

  /** D4: mail without an explicit mark gets this reason (finance). */
  @IsOptional()
  @IsString()
  fixedReason?: string;

  /** D4: where neither clues nor classifier decide. */
  @IsOptional()
  @IsString()
  fallbackReason?: string;

  /** Key in `calendars`; default `default`. */
  @IsString()
  calendar: string = 'default';

  /** Where mail is fetched. */
  @IsDefined()
  @Nested(() => ServerConfig)
  imap: ServerConfig;

  /** Where mail is handed over for sending. */
  @IsDefined()
  @Nested(() => SmtpConfig)
  smtp: SmtpConfig;

  /** How this mailbox signs. */
  @Nested(() => MailboxIdentityConfig)
  identity: MailboxIdentityConfig = new MailboxIdentityConfig();

  /** The folders that are watched. */
  @Nested(() => FoldersConfig)
  folders: FoldersConfig = new FoldersConfig();

  /** What is done on the server when a message has been processed (D22). */
  @IsIn(['keep', 'seen', 'move'])
  after: 'keep' | 'seen' | 'move' = 'keep';

  /** Target folder for `after: move`. */
  @IsOptional()
  @IsString()
  @Length(1, 255)
  moveTo?: string;

  /** List-Ids that are this mailbox's own (D21), for example `suporte.empresa.com.br`. */
  @IsString({ each: true })
  @Length(1, 255, { each: true })
  ownLists: string[] = [];

  /** Envelope sender of automatic mail: `null` sender (default) or an address for providers that refuse it. */
  @Matches(/^$|^[^@\s]+@[^@\s]+$/, {
    message: '$property must be empty (null sender) or an address',
  })
  automaticEnvelopeFrom: string = '';

  /** RFC 5233 detail separator for `+m.dominios`; empty: the provider has no sub-addresses. */
  @IsIn(['', '+', '-', '.', '='])
  subAddressSeparator: string = '+';

  /**
   * `signed`: answers are asked for at `suporte+r.<token>@…`, which names its ticket even where a mail program drops
   * everything else (D26). Only where the provider delivers sub-addresses. `plain`: at the address itself.
   */
  @IsIn(['plain', 'signed'])
  replyAddress: 'plain' | 'signed' = 'plain';

  /** Agents' answers: `at_once` or held to service hours (D18). */
  @IsIn(['at_once', 'service_hours'])
  answers: 'at_once' | 'service_hours' = 'at_once';

  /** D9: days in which an answer on a resolved ticket reopens it; 0: always a follow-up. */
  @IsInt()
  @Min(0)
  @Max(3650)
  reopenWindowDays: number = 0;

  /** Reminder and automatic resolve of tickets that came by this mailbox, instead of `automation`'s. */
  @IsOptional()
  @Nested(() => AwaitingCustomerConfig)
  awaitingCustomer?: AwaitingCustomerConfig;

  /** D5: an exact clue of a redirecting reason answers by itself. */
  @IsBoolean()
  redirectAutomatically: boolean = false;

  /**
   * D21: automatic mail that answers nothing opens a `ticket` of its own, or stands with the day's other automatic mail
   * on one ticket (`bulk_list`). Neither is acknowledged or has a deadline.
   */
  @IsIn(['ticket', 'bulk_list'])
  automaticMail: 'ticket' | 'bulk_list' = 'ticket';

  /**
   * authserv-ids whose Authentication-Results are believed (RFC 8601), for example `mx.empresa.com.br`; `none` for a
   * server that leaves its name out (Microsoft 365). Empty: verdicts of SPF, DKIM and DMARC are not read.
   */
  @IsString({ each: true })
  @Length(1, 255, { each: true })
  trustedAuthservIds: string[] = [];

  /**
   * Where no trusted server has said anything: verify DKIM and DMARC here, by DNS. Takes at most some seconds for a
   * message; what cannot be found out in that time is unknown.
   */
  @IsBoolean()
  verifyAuthentication: boolean = false;

  /** The operator's own rules for suspected spam (D23). */
  @Nested(() => SuspectsConfig)
  suspects: SuspectsConfig = new SuspectsConfig();

  /** A probe that measures the way of mail through SMTP and IMAP; `{}` takes the defaults. Default: none. */
  @IsOptional()
  @Nested(() => CanaryConfig)
  canary?: CanaryConfig;

  /** Seconds between polls of folders that are not in IDLE, and of INBOX where IDLE is missing. Default 30. */
  @IsInt()
  @Min(1)
  @Max(3600)
  pollIntervalSeconds: number = 30;

  /** No longer watched; answers on its tickets still leave through it. */
  @IsBoolean()
  retired: boolean = false;
}
