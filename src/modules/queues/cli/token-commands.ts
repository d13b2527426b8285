import { table, type OperatorCommand } from '../../../cli/command.js';
import { OperatorError } from '../../../platform/index.js';
import { Agents } from '../../agents/index.js';
import { plainly } from './agent-commands.js';

/** `token …`: bearer tokens for scripts and for agents without a browser. */
export const tokenCommands: readonly OperatorCommand[] = [
  {
    name: 'token create',
    description: 'prints a new bearer token; it is shown this once',
    options: [
      { flags: '--agent <email>', description: 'whose rights it has', required: true },
      { flags: '--name <text>', description: 'what it is for', default: 'cli' },
    ],
    async run(context, { options }) {
      const agents = await context.get(Agents);
      const actor = await plainly(() => agents.byEmail(String(options['agent'])));
      if (
        (await agents.list()).some(
          (agent) => agent.agentId === actor.agentId && agent.disabledAt !== null,
        )
      ) {
        throw new OperatorError(`${actor.email} is disabled.`);
      }
      const { id, token } = await agents.createToken(actor.agentId, String(options['name']));
      // The token alone on standard output: `TOKEN=$(npm run -s helpdesk -- token create …)`.
      context.output.result({ id, token, agent: actor.email }, () => token);
    },
  },
  {
    name: 'token list',
    description: 'lists bearer tokens, never the secrets',
    async run(context) {
      const tokens = await (await context.get(Agents)).listTokens();
      context.output.result(tokens, () =>
        table(
          ['id', 'agent', 'name', 'created', 'last used', 'revoked'],
          tokens.map((token) => [
            token.id,
            token.email,
            token.name,
            token.createdAt,
            token.lastUsedAt,
            token.revokedAt,
          ]),
        ),
      );
    },
  },
  {
    name: 'token revoke',
    description: 'ends a bearer token at once',
    arguments: [{ name: 'id', description: 'as in token list' }],
    async run(context, input) {
      const agents = await context.get(Agents);
      const id = input.arguments['id'] ?? '';
      await plainly(() => agents.revokeToken(id));
      context.output.result({ id, revoked: true }, () => `The token ${id} is revoked.`);
    },
  },
];
