import { ArrayNotEmpty, IsBoolean, IsIn, IsOptional, IsString, Matches } from 'class-validator';
import { NestedList, Secret } from '../fields.js';

/** Who can be told of a deadline. */
export const NOTICE_RECIPIENTS = ['assignee', 'queue', 'supervisors'] as const;
export type NoticeRecipient = (typeof NOTICE_RECIPIENTS)[number];

/** What a webhook can be told. */
export const WEBHOOK_EVENTS = [
  'ticket.created',
  'ticket.status_changed',
  'ticket.assigned',
  'ticket.resolved',
  'ticket.escalated',
  'ticket.handed_back',
  'message.received',
  'reply.sent',
  'deadline.warned',
  'deadline.breached',
  'feedback.received',
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** `whsec_` and at least 24 bytes in base64, as Standard Webhooks writes it. */
const SECRET = /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/;
const SECRET_MESSAGE =
  '$property must be whsec_ and at least 24 random bytes in base64: echo "whsec_$(openssl rand -base64 32)"';

/** A program that is told what happens to tickets, by HTTP (Standard Webhooks). */
export class WebhookConfig {
  /** Names it in lists, metrics and commands. Deliveries belong to the name. */
  @Matches(/^[a-z0-9][a-z0-9_-]{0,39}$/, {
    message: '$property must be 1 to 40 of a-z, 0-9, - and _, beginning with a letter or digit',
  })
  name: string;

  /** Where to POST. https; http only to this machine. Redirects are not followed. */
  @Matches(/^https?:\/\/[^\s]+$/, { message: '$property must be a URL' })
  url: string;

  /** Signs every delivery (HMAC-SHA256): `whsec_` and at least 24 bytes in base64. */
  @Matches(SECRET, { message: SECRET_MESSAGE })
  @Secret()
  secret: string;

  /** The secret before: deliveries carry both signatures until it is removed, so that receivers can change over. */
  @IsOptional()
  @Matches(SECRET, { message: SECRET_MESSAGE })
  @Secret()
  previousSecret?: string;

  /** What it is told. Default: everything. */
  @ArrayNotEmpty()
  @IsIn(WEBHOOK_EVENTS, { each: true })
  events: WebhookEvent[] = [...WEBHOOK_EVENTS];

  /** Queues whose tickets it is told of. Default: all that are not private; a private one only where it is named (D20). */
  @IsOptional()
  @ArrayNotEmpty()
  @IsString({ each: true })
  queues?: string[];

  /** Allows addresses of this machine and of private networks; otherwise only public ones are connected to. */
  @IsBoolean()
  allowPrivate: boolean = false;
}

/** What people and programs are told outside the inbox. */
export class NotificationsConfig {
  /** Notices to agents by mail (warnings, breaches). */
  @IsBoolean()
  email: boolean = false;

  /**
   * Who is told that a deadline draws near. `assignee`: who holds the ticket, and where nobody does or she is away,
   * everybody of the queue.
   */
  @ArrayNotEmpty()
  @IsIn(NOTICE_RECIPIENTS, { each: true })
  warnings: NoticeRecipient[] = ['assignee'];

  /** Who is told that a deadline has passed; as in `warnings`. */
  @ArrayNotEmpty()
  @IsIn(NOTICE_RECIPIENTS, { each: true })
  breaches: NoticeRecipient[] = ['assignee', 'supervisors'];

  /** A mail to whom automatic assignment gives a ticket. Needs `email`. */
  @IsBoolean()
  assignments: boolean = false;

  /** The morning's digest by mail: what is due and overdue, to each agent at the opening of business days. */
  @IsBoolean()
  digest: boolean = false;

  /** Programs that are told what happens, by HTTP. */
  @NestedList(() => WebhookConfig)
  webhooks: WebhookConfig[] = [];
}
