import type { HelpdeskConfig } from '../helpdesk-config.js';
import type { ConfigPath, ProblemReport } from '../problems.js';
import type { WebhookConfig } from '../sections/notifications-config.js';
import { isLoopback } from './system-rules.js';

/** What must hold where programs are told what happens. */
export function checkNotifications(config: HelpdeskConfig, report: ProblemReport): void {
  const { webhooks } = config.notifications;
  webhooks.forEach((webhook, index) => {
    const at = ['notifications', 'webhooks', index];
    if (webhooks.findIndex(({ name }) => name === webhook.name) < index) {
      report.add([...at, 'name'], 'stands twice; every webhook has a name of its own');
    }
    checkUrl([...at, 'url'], webhook, report);
    (webhook.queues ?? []).forEach((key, place) => {
      if (!Object.hasOwn(config.queues, key)) {
        const known = Object.keys(config.queues).join(', ');
        report.add([...at, 'queues', place], `names no queue of this file; there are ${known}`);
      }
    });
  });
}

function checkUrl(at: ConfigPath, webhook: WebhookConfig, report: ProblemReport): void {
  const url = URL.parse(webhook.url);
  if (url === null) {
    report.add(at, 'must be a URL such as https://crm.empresa.com.br/ganchos');
    return;
  }
  if (url.username !== '' || url.password !== '') {
    report.add(at, 'must not hold a user name or a password; the signature proves the sender');
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    report.add(at, 'must be https; plain http is for this machine only');
  }
  if (isLoopback(url.hostname) && !webhook.allowPrivate) {
    report.add(at, 'means this machine, which needs allowPrivate: true');
  }
}
