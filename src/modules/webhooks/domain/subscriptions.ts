import type { HelpdeskConfig, WebhookConfig } from '../../../config/index.js';

type QueuesAndWebhooks = Pick<HelpdeskConfig, 'queues' | 'notifications'>;

/** Queues whose tickets a webhook may be told of: those it names, else all that are not private (D20). */
export function queuesOf(webhook: WebhookConfig, queues: HelpdeskConfig['queues']): string[] {
  return webhook.queues ?? Object.keys(queues).filter((key) => !queues[key]!.private);
}

export function webhookNamed(config: QueuesAndWebhooks, name: string): WebhookConfig | undefined {
  return config.notifications.webhooks.find((webhook) => webhook.name === name);
}

/** Newest first: all of them sign. */
export function secretsOf({ secret, previousSecret }: WebhookConfig): string[] {
  return previousSecret === undefined ? [secret] : [secret, previousSecret];
}
