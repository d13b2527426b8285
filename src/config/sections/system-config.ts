import {
  IsBoolean,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';
import {
  IsAddress,
  IsDomain,
  IsHost,
  IsNumberMap,
  IsPattern,
  Nested,
  NestedList,
  Secret,
} from '../fields.js';
import { AwaitingCustomerConfig } from './awaiting-customer-config.js';
import { ClamdConfig } from './clamd-config.js';

/** Who we are. */
export class CompanyConfig {
  /** The company's name as customers know it. */
  @IsString()
  @Length(1, 120)
  name: string;

  /** Help centre; templates link to it only when set. */
  @IsOptional()
  @Matches(/^https?:\/\/[^\s]+$/, { message: '$property must be a URL' })
  helpCenterUrl?: string;

  /** Domains whose senders are our own people (D26). The mailboxes' domains are added. */
  @IsDomain({ each: true })
  domains: string[] = [];

  /**
   * Addresses of agents who may answer or forward from their own mail program (D24): only where SPF, DKIM or DMARC prove
   * the sender; otherwise their mail waits.
   */
  @IsAddress({ each: true })
  agentAddresses: string[] = [];

  /** How a support ID looks in this company's product, a regular expression. */
  @IsOptional()
  @IsPattern()
  supportIdPattern?: string;
}

/** Cookies of agents' sessions. */
export class CookiesConfig {
  /** `__Host-` cookies need HTTPS; `false` only for plain HTTP on loopback. */
  @IsBoolean()
  secure: boolean = true;
}

/** Where the helpdesk is reached. */
export class HttpConfig {
  /** Where customers and agents reach us, without a trailing slash. */
  @Matches(/^https?:\/\/[^\s/?#]+(\/[^\s?#]*[^\s?#/])?$/, {
    message:
      '$property must be a URL such as https://ajuda.empresa.com.br, without a trailing slash',
  })
  publicUrl: string;

  /** Address the server listens on. Default 127.0.0.1: put a proxy with TLS in front. */
  @IsHost()
  listen: string = '127.0.0.1';

  /** Proxies whose X-Forwarded-* is believed (addresses, CIDR or `loopback`). */
  @Matches(/^(loopback|linklocal|uniquelocal|[0-9a-fA-F.:]+(\/\d{1,3})?)$/, {
    each: true,
    message: 'each value in $property must be an IP address, a CIDR range or loopback',
  })
  trustedProxies: string[] = [];

  /** Cookies of agents' sessions. */
  @Nested(() => CookiesConfig)
  cookies: CookiesConfig = new CookiesConfig();

  /** Bearer for /metrics and /api/docs from other machines. At least 16 characters. */
  @IsOptional()
  @IsString()
  @Length(16, 500)
  @Secret()
  metricsToken?: string;
}

/** A key with an id, so that keys can rotate: the first one signs, all verify. */
export class KeyConfig {
  /** Short name that is stored beside what the key made, for example `2026`. */
  @Matches(/^[A-Za-z0-9_-]{1,40}$/, {
    message: '$property must be 1 to 40 letters, digits, - or _',
  })
  id: string;

  /** At least 32 characters. */
  @IsString()
  @Length(32, 1000)
  @Secret()
  secret: string;
}

/** Keys and sessions. */
export class SecurityConfig {
  /** Encrypts (AES-256-GCM) stored OAuth tokens, with the first key, and files where `storage.encryption` names one. */
  @NestedList(() => KeyConfig)
  masterKeys: KeyConfig[] = [];

  /** Signs links to customers. Default: one key made at the first start and kept in the database. */
  @NestedList(() => KeyConfig)
  hmacKeys: KeyConfig[] = [];

  /** Session lifetime without use, minutes. Default 720. */
  @IsInt()
  @Min(5)
  @Max(43_200)
  sessionIdleMinutes: number = 720;

  /** Session lifetime at most, hours. Default 168. */
  @IsInt()
  @Min(1)
  @Max(8_760)
  sessionMaxHours: number = 168;

  /** Virus scanner for files and originals. Default: none, and nothing is held. */
  @IsOptional()
  @Nested(() => ClamdConfig)
  clamd?: ClamdConfig;
}

/** Texts of mails. */
export class TemplatesConfig {
  /** Folder with templates that replace ours by name; a relative path starts from the folder of helpdesk.yaml. */
  @IsOptional()
  @IsString()
  @Length(1, 1000)
  directory?: string;
}

/** The customers' pages. */
export class PortalConfig {
  /** `false`: no form and no customers' pages; mails then carry no links to them. */
  @IsBoolean()
  enabled: boolean = true;

  /** Mailbox that form tickets are answered from. Default: the first mailbox. */
  @IsOptional()
  @IsString()
  mailbox?: string;

  /** Days for which the link in a mail about a ticket is valid. Default 90. One that a customer asks for is valid for a day. */
  @IsInt()
  @Min(1)
  @Max(3650)
  linkDays: number = 90;
}

/** How contact reasons are inferred (D4). */
export class ReasonAutomationConfig {
  /** `false`: clues decide alone, and agents' corrections teach nothing. */
  @IsBoolean()
  classifier: boolean = true;

  /** From this confidence on the reason is decided. 0 to 1. */
  @IsNumber({ allowNaN: false, allowInfinity: false })
  @Min(0)
  @Max(1)
  decideAt: number = 0.55;

  /** From this confidence on it is proposed to the agents; the ticket stays "a classificar". 0 to 1. */
  @IsNumber({ allowNaN: false, allowInfinity: false })
  @Min(0)
  @Max(1)
  proposeAt: number = 0.25;
}

/** What the helpdesk does by itself. */
export class AutomationConfig {
  /** Feedback question in resolving messages (D12). */
  @IsBoolean()
  feedback: boolean = true;

  /** D7: acknowledgements to one sender in an hour before the summary takes over. */
  @IsInt()
  @Min(1)
  @Max(1000)
  acknowledgementsPerSenderHour: number = 5;

  /** Inference of contact reasons. */
  @Nested(() => ReasonAutomationConfig)
  reasons: ReasonAutomationConfig = new ReasonAutomationConfig();

  /** Reminder and automatic resolve of tickets that wait for the customer. Default: off. */
  @IsOptional()
  @Nested(() => AwaitingCustomerConfig)
  awaitingCustomer?: AwaitingCustomerConfig;
}

/** Ceilings and sizes. */
export class LimitsConfig {
  /** More automatic mail than this pauses automation and raises an alarm. */
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  automaticPerTenMinutes: number = 200;

  /** Larger messages stay on the server; headers and first text part are fetched (D27). Bytes. Default 50 MiB. */
  @IsInt()
  @Min(65_536)
  @Max(1_073_741_824)
  messageBytes: number = 52_428_800;

  /** One uploaded file. Bytes. Default 25 MiB. */
  @IsInt()
  @Min(1_024)
  @Max(1_073_741_824)
  attachmentBytes: number = 26_214_400;

  /** JSON body of a request. Bytes. Default 1 MiB. */
  @IsInt()
  @Min(1_024)
  @Max(104_857_600)
  requestBytes: number = 1_048_576;

  /** Failed log-ins from one address or for one name in 15 minutes. Default 10. */
  @IsInt()
  @Min(1)
  @Max(100_000)
  loginAttemptsPerQuarterHour: number = 10;

  /** Forms sent from one address in an hour. Default 10. */
  @IsInt()
  @Min(1)
  @Max(100_000)
  formSubmissionsPerHour: number = 10;

  /** Days before a certificate or an authorization of a mailbox expires: the first alarm. Default 14. */
  @IsInt()
  @Min(1)
  @Max(365)
  expiryWarningDays: number = 14;

  /** Days before the same: the second, critical alarm. Default 3. */
  @IsInt()
  @Min(1)
  @Max(365)
  expiryCriticalDays: number = 3;
}

/** How long things are kept. */
export class RetentionConfig {
  /**
   * Not in use yet: nothing is deleted, raw mail is kept for ever. Days that raw mail of a queue is kept, by queue key;
   * missing: for ever.
   */
  @IsNumberMap()
  rawDaysByQueue: Record<string, number> = {};
}
