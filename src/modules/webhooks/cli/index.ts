import type { OperatorCommand } from '../../../cli/command.js';
import { CurrentConfig } from '../../../config/index.js';
import { OperatorError } from '../../../platform/index.js';
import { EnableWebhook } from '../commands/enable-webhook.js';
import { TestWebhook } from '../commands/test-webhook.js';

const NAME = { name: 'name', description: 'as in notifications.webhooks' };

const webhookTest: OperatorCommand = {
  name: 'webhook test',
  description: 'sends one signed message of the type webhook.test and says what came back',
  arguments: [NAME],
  async run(context, input) {
    const name = input.arguments['name'] ?? '';
    const outcome = await (await context.get(TestWebhook)).run(name);
    const status = outcome.kind === 'answered' ? outcome.status : null;
    const error = outcome.kind === 'failed' ? outcome.why : null;
    const accepted = status !== null && status >= 200 && status < 300;
    context.output.result({ webhook: name, accepted, status, error }, () =>
      error === null
        ? `${name} answered ${status}${accepted ? '.' : ', which counts as a failure: 2xx is asked for.'}`
        : `${name} could not be told: ${error}.`,
    );
    return accepted ? 0 : 1;
  },
};

const webhookEnable: OperatorCommand = {
  name: 'webhook enable',
  description: 'tells a webhook again that had answered 410 Gone',
  arguments: [NAME],
  async run(context, input) {
    const name = input.arguments['name'] ?? '';
    const config = await context.get(CurrentConfig);
    if (!config.get().notifications.webhooks.some((webhook) => webhook.name === name))
      throw new OperatorError(`There is no webhook ${name} in the configuration in force.`);
    await (await context.get(EnableWebhook)).run(name);
    context.output.result({ webhook: name, enabled: true }, () => `${name} is told again.`);
  },
};

/** `webhook …`: what operators do about programs that are told what happens. */
export const commands: readonly OperatorCommand[] = [webhookTest, webhookEnable];
