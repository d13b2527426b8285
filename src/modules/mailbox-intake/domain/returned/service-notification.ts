import type { RecipientFields } from './report-fields.js';

/** What a sending service reports as JSON in the text of a mail. */
export interface ServiceNotification {
  readonly about: 'bounce' | 'complaint' | 'delivery';
  readonly recipients: readonly RecipientFields[];
  /** Message-IDs of the mail that it is about, without brackets. */
  readonly messageIds: readonly string[];
}

const MAX_LENGTH = 64 * 1024;
const MAX_RECIPIENTS = 100;
const ABOUT = { bounce: 'bounce', complaint: 'complaint', delivery: 'delivery' } as const;

/**
 * Reads the JSON notification by which sending services (Amazon SES and those that took over its form) report bounces,
 * complaints and deliveries; null where the text is none. What is not as expected is left out.
 */
export function readServiceNotification(text: string): ServiceNotification | null {
  const start = text.slice(0, 200).trimStart();
  if (!start.startsWith('{') || !/"(?:notification|event)Type"/.test(text.slice(0, MAX_LENGTH)))
    return null;
  const json = text.slice(0, MAX_LENGTH).split(/\n--\s*\n/)[0]!;
  const root = record(parsed(json.slice(0, json.lastIndexOf('}') + 1)));
  const type = string(root['notificationType'] ?? root['eventType']).toLowerCase();
  const about = type in ABOUT ? ABOUT[type as keyof typeof ABOUT] : null;
  if (about === null) return null;
  const details = record(root[about]);
  const listed =
    details['bouncedRecipients'] ?? details['complainedRecipients'] ?? details['recipients'];
  const recipients = list(listed)
    .slice(0, MAX_RECIPIENTS)
    .map((one) => fields(one, about, details));
  const mail = record(root['mail']);
  const headers = list(mail['headers']).map(record);
  const ids = [
    string(record(mail['commonHeaders'])['messageId']),
    ...headers
      .filter(({ name }) => string(name).toLowerCase() === 'message-id')
      .map(({ value }) => string(value)),
  ].map((id) => id.replace(/[<>\s]/g, ''));
  return { about, recipients, messageIds: ids.filter((id) => id.includes('@')) };
}

function fields(
  one: unknown,
  about: ServiceNotification['about'],
  details: Readonly<Record<string, unknown>>,
): RecipientFields {
  const of = record(one);
  const address = string(typeof one === 'string' ? one : of['emailAddress']).toLowerCase();
  const action = string(of['action']).toLowerCase();
  const kind = `${string(details['bounceType'])} ${string(details['bounceSubType'])}`.trim();
  return {
    addresses: address.includes('@') ? [address] : [],
    action: about === 'delivery' ? 'delivered' : action === '' ? 'failed' : action,
    status: /\d\.\d{1,3}\.\d{1,3}/.exec(string(of['status']))?.[0] ?? null,
    diagnostic: string(of['diagnosticCode']) || kind || null,
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function string(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 2_000) : '';
}
