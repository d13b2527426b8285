export class CompanyConfig {
  name: string;
  /** Help centre; templates link to it only when set. */
  helpCenterUrl?: string;
  /** Domains whose senders are our own people (D26). The mailboxes' domains are added. */
  domains: string[] = [];
  /** Addresses of agents who may answer or forward from outside (D24), with passing authentication. */
  agentAddresses: string[] = [];
  /** How a support ID looks in this company's product, a regular expression. */
  supportIdPattern?: string;
}

export class CookiesConfig {
  /** `__Host-` cookies need HTTPS; `false` only for plain HTTP on loopback. */
  secure: boolean = true;
}

export class HttpConfig {
  /** Where customers and agents reach us, without a trailing slash. */
  publicUrl: string;
  /** Address the server listens on. Default 127.0.0.1: put a proxy with TLS in front. */
  listen: string = '127.0.0.1';
  /** Proxies whose X-Forwarded-* is believed (addresses, CIDR or `loopback`). */
  trustedProxies: string[] = [];
  cookies: CookiesConfig = new CookiesConfig();
  /** Bearer for /metrics and /api/docs from other machines. */
  metricsToken?: string;
}

/** A key with an id, so that keys can rotate: the first one signs, all verify. */
export class KeyConfig {
  id: string;
  /** At least 32 characters. */
  secret: string;
}

export class SecurityConfig {
  /** Encrypts stored OAuth tokens (AES-256-GCM). */
  masterKeys: KeyConfig[] = [];
  /** Signs links to customers. */
  hmacKeys: KeyConfig[] = [];
  /** Session lifetime without use, minutes. Default 720. */
  sessionIdleMinutes: number = 720;
  /** Session lifetime at most, hours. Default 168. */
  sessionMaxHours: number = 168;
}

export class TemplatesConfig {
  /** Folder with templates that replace ours by name. */
  directory?: string;
}

export class PortalConfig {
  enabled: boolean = true;
  /** Mailbox that form tickets are answered from. Default: the first mailbox. */
  mailbox?: string;
  /** Days a signed link stays valid. Default 90. */
  linkDays: number = 90;
}

export class NotificationsConfig {
  /** Notices to agents by mail (warnings, breaches). */
  email: boolean = false;
}

export class AutomationConfig {
  /** Feedback question in resolving messages (D12). */
  feedback: boolean = true;
  /** D7: acknowledgements to one sender in an hour before the summary takes over. */
  acknowledgementsPerSenderHour: number = 5;
}

export class LimitsConfig {
  /** More automatic mail than this pauses automation and raises an alarm. */
  automaticPerTenMinutes: number = 200;
  /** Larger messages stay on the server; headers and first text part are fetched (D27). Bytes. Default 50 MiB. */
  messageBytes: number = 52_428_800;
  /** One uploaded file. Bytes. Default 25 MiB. */
  attachmentBytes: number = 26_214_400;
  /** JSON body of a request. Bytes. Default 1 MiB. */
  requestBytes: number = 1_048_576;
  loginAttemptsPerQuarterHour: number = 10;
  formSubmissionsPerHour: number = 10;
}

export class StorageConfig {
  /** Folder for stored files. Default: `files` in HELPDESK_DATA. */
  directory?: string;
}

export class RetentionConfig {
  /** Days that raw mail of a queue is kept, by queue key; missing: for ever. */
  rawDaysByQueue: Record<string, number> = {};
}
