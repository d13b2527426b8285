import type { CalendarConfig, DeadlinesConfig, QueueConfig, ReasonConfig } from './sections/desk-config.js';
import type { MailboxConfig } from './sections/mailbox-config.js';
import type {
  AutomationConfig,
  CompanyConfig,
  HttpConfig,
  LimitsConfig,
  NotificationsConfig,
  PortalConfig,
  RetentionConfig,
  SecurityConfig,
  StorageConfig,
  TemplatesConfig,
} from './sections/system-config.js';

/** helpdesk.yaml, validated and with its secrets filled in. Immutable: a change is a new version. */
export class HelpdeskConfig {
  company: CompanyConfig;
  http: HttpConfig;
  security: SecurityConfig;
  mailboxes: Record<string, MailboxConfig>;
  queues: Record<string, QueueConfig>;
  reasons: Record<string, ReasonConfig>;
  calendars: Record<string, CalendarConfig>;
  deadlines: DeadlinesConfig;
  templates: TemplatesConfig;
  portal: PortalConfig;
  notifications: NotificationsConfig;
  automation: AutomationConfig;
  limits: LimitsConfig;
  storage: StorageConfig;
  retention: RetentionConfig;
}
