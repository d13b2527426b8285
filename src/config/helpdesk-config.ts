import { IsDefined } from 'class-validator';
import { Nested, NestedMap } from './fields.js';
import { CalendarConfig } from './sections/calendar-config.js';
import { DeadlinesConfig } from './sections/deadlines-config.js';
import { QueueConfig, ReasonConfig } from './sections/desk-config.js';
import { MailboxConfig } from './sections/mailbox-config.js';
import { NotificationsConfig } from './sections/notifications-config.js';
import { IntakeConfig, OutboxConfig } from './sections/reliability-config.js';
import { StorageConfig } from './sections/storage-config.js';
import {
  AutomationConfig,
  CompanyConfig,
  HttpConfig,
  LimitsConfig,
  PortalConfig,
  RetentionConfig,
  SecurityConfig,
  TemplatesConfig,
} from './sections/system-config.js';

/** helpdesk.yaml, validated and with its secrets filled in. Immutable: a change is a new version. */
export class HelpdeskConfig {
  /** Who we are. */
  @IsDefined()
  @Nested(() => CompanyConfig)
  company: CompanyConfig;

  /** Where the helpdesk is reached. */
  @IsDefined()
  @Nested(() => HttpConfig)
  http: HttpConfig;

  /** Keys and sessions. */
  @Nested(() => SecurityConfig)
  security: SecurityConfig = new SecurityConfig();

  /** Watched mailboxes by name (D1); names stay: tickets point at them. */
  @IsDefined()
  @NestedMap(() => MailboxConfig)
  mailboxes: Record<string, MailboxConfig>;

  /** Teams by key. Default: suporte, financeiro (private), produto, analistas. */
  @NestedMap(() => QueueConfig)
  queues: Record<string, QueueConfig> = {};

  /** Contact reasons by key (D3–D5), laid over the shipped ones; `key: false` leaves a shipped one out. */
  @NestedMap(() => ReasonConfig)
  reasons: Record<string, ReasonConfig> = {};

  /** Calendars by name; `default` always exists. */
  @NestedMap(() => CalendarConfig)
  calendars: Record<string, CalendarConfig> = {};

  /** What is promised, and to whom (D13–D19). */
  @Nested(() => DeadlinesConfig)
  deadlines: DeadlinesConfig = new DeadlinesConfig();

  /** Texts of mails. */
  @Nested(() => TemplatesConfig)
  templates: TemplatesConfig = new TemplatesConfig();

  /** The customers' pages. */
  @Nested(() => PortalConfig)
  portal: PortalConfig = new PortalConfig();

  /** What people and programs are told outside the inbox. */
  @Nested(() => NotificationsConfig)
  notifications: NotificationsConfig = new NotificationsConfig();

  /** What the helpdesk does by itself. */
  @Nested(() => AutomationConfig)
  automation: AutomationConfig = new AutomationConfig();

  /** How the servers are compared with what is recorded (D22). */
  @Nested(() => IntakeConfig)
  intake: IntakeConfig = new IntakeConfig();

  /** Outgoing mail. */
  @Nested(() => OutboxConfig)
  outbox: OutboxConfig = new OutboxConfig();

  /** Ceilings and sizes. */
  @Nested(() => LimitsConfig)
  limits: LimitsConfig = new LimitsConfig();

  /** Where large files lie. */
  @Nested(() => StorageConfig)
  storage: StorageConfig = new StorageConfig();

  /** How long things are kept. */
  @Nested(() => RetentionConfig)
  retention: RetentionConfig = new RetentionConfig();
}
