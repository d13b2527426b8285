import type { HelpdeskConfig } from '../helpdesk-config.js';
import type { ConfigPath, ProblemReport } from '../problems.js';
import type { AwaitingCustomerConfig } from '../sections/awaiting-customer-config.js';

/** A ticket is resolved after its reminder, never with or before it. */
export function checkAwaitingCustomer(config: HelpdeskConfig, report: ProblemReport): void {
  const check = (at: ConfigPath, rules: AwaitingCustomerConfig | undefined): void => {
    if (rules !== undefined && rules.resolveAfter <= rules.remindAfter)
      report.add([...at, 'awaitingCustomer', 'resolveAfter'], 'must be more than remindAfter');
  };
  check(['automation'], config.automation.awaitingCustomer);
  for (const [key, queue] of Object.entries(config.queues))
    check(['queues', key], queue.awaitingCustomer);
  for (const [key, mailbox] of Object.entries(config.mailboxes))
    check(['mailboxes', key], mailbox.awaitingCustomer);
}
