import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import { Clock, newId, OperatorError } from '../../../platform/index.js';
import { postWebhook, type WebhookOutcome } from '../delivery/post-webhook.js';
import { signatureHeaders } from '../domain/signature.js';
import { secretsOf, webhookNamed } from '../domain/subscriptions.js';

/** One signed message of the type `webhook.test`, about no ticket; nothing is recorded and nothing is tried again. */
@Injectable()
export class TestWebhook {
  constructor(
    private readonly config: CurrentConfig,
    private readonly clock: Clock,
  ) {}

  /** OperatorError for a name that is not configured. */
  async run(name: string): Promise<WebhookOutcome> {
    const config = this.config.get();
    const webhook = webhookNamed(config, name);
    if (webhook === undefined) {
      const known = config.notifications.webhooks.map((one) => one.name).join(', ');
      throw new OperatorError(
        `There is no webhook ${name} in the configuration in force${known === '' ? '' : `; there are ${known}`}.`,
      );
    }
    const at = this.clock.now();
    const id = `msg_test_${newId().replaceAll('-', '')}`;
    const body = JSON.stringify({
      type: 'webhook.test',
      timestamp: at.toISOString(),
      data: { webhook: name },
    });
    return postWebhook({
      url: webhook.url,
      headers: signatureHeaders(secretsOf(webhook), { id, at, body }),
      body,
      allowPrivate: webhook.allowPrivate,
      signal: new AbortController().signal,
    });
  }
}
