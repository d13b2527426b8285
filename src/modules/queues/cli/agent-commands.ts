import {
  table,
  type CommandContext,
  type CommandInput,
  type OperatorCommand,
} from '../../../cli/command.js';
import { AppError, Database, OperatorError } from '../../../platform/index.js';
import { Agents, type Actor, type AgentRole } from '../../agents/index.js';
import { Queues } from '../queues.facade.js';

const PASSWORD_STDIN = {
  flags: '--password-stdin',
  description: 'reads the password from standard input',
};
const EMAIL_ARGUMENT = { name: 'email', description: "the agent's e-mail", optional: true };
const EMAIL_OPTION = { flags: '--email <address>', description: 'the same as an option' };

/** `agent …`: who may log in and what they work. Membership lives in the database alone, not in helpdesk.yaml. */
export const agentCommands: readonly OperatorCommand[] = [
  {
    name: 'agent create',
    description: 'adds an agent, supervisor or admin and puts them into queues',
    options: [
      { flags: '--email <address>', description: 'log-in and sender of notices', required: true },
      { flags: '--name <name>', description: 'as customers read it', required: true },
      {
        flags: '--role <role>',
        description: 'supervisor: of the queues given; admin: configuration, not content',
        choices: ['agent', 'supervisor', 'admin'],
        default: 'agent',
      },
      {
        flags: '--queue <key...>',
        description: 'queues to be a member of; private ones are seen by members alone',
      },
      PASSWORD_STDIN,
    ],
    run: create,
  },
  {
    name: 'agent list',
    description: 'lists all agents, their queues, and who is disabled',
    run: list,
  },
  {
    name: 'agent queues',
    description: 'puts an agent into queues or takes them out',
    arguments: [EMAIL_ARGUMENT],
    options: [
      EMAIL_OPTION,
      { flags: '--add <key...>', description: 'queues to join' },
      { flags: '--remove <key...>', description: 'queues to leave' },
      { flags: '--supervisor', description: 'joins as their supervisor' },
    ],
    run: changeQueues,
  },
  {
    name: 'agent disable',
    description: 'ends all sessions and tokens at once; what the agent wrote stays',
    arguments: [EMAIL_ARGUMENT],
    options: [EMAIL_OPTION],
    async run(context, input) {
      const { agents, actor } = await agentOf(context, input);
      await agents.disable(actor.agentId);
      context.output.result(
        { email: actor.email, disabled: true },
        () => `${actor.email} is disabled.`,
      );
    },
  },
  {
    name: 'agent password',
    description: 'sets a new password and ends the sessions of the old one',
    arguments: [EMAIL_ARGUMENT],
    options: [EMAIL_OPTION, PASSWORD_STDIN],
    async run(context, input) {
      const { agents, actor } = await agentOf(context, input);
      const password =
        input.options['passwordStdin'] === true
          ? await context.firstLineOfInput()
          : await context.ask(`New password of ${actor.email} (shown while typed):`);
      await plainly(() => agents.setPassword(actor.agentId, password));
      context.output.result(
        { email: actor.email, changed: true },
        () => `The password of ${actor.email} is changed.`,
      );
    },
  },
];

async function create(context: CommandContext, { options }: CommandInput): Promise<void> {
  const [agents, queues, database] = await Promise.all([
    context.get(Agents),
    context.get(Queues),
    context.get(Database),
  ]);
  const role = options['role'] as AgentRole;
  const keys = several(options['queue']);
  const actor = await plainly(async () => {
    const passwordHash =
      options['passwordStdin'] === true
        ? await agents.hash(await context.firstLineOfInput())
        : null;
    return database.inTransaction(async (tx) => {
      const made = await agents.create(tx, {
        email: String(options['email']),
        name: String(options['name']),
        role,
        passwordHash,
      });
      await queues.join(tx, made.agentId, keys, role === 'supervisor');
      return made;
    });
  });
  context.output.result(
    { id: actor.agentId, email: actor.email, name: actor.name, role, queues: keys },
    () => [
      `${actor.email} is ${role === 'agent' ? 'an agent' : role === 'admin' ? 'an admin' : 'a supervisor'}${
        keys.length > 0 ? ` in ${keys.join(', ')}` : ''
      }.`,
      ...(options['passwordStdin'] === true
        ? []
        : ['Without a password there is no log-in yet: see "agent password" and "token create".']),
    ],
  );
}

async function list(context: CommandContext): Promise<void> {
  const [agents, queues] = await Promise.all([context.get(Agents), context.get(Queues)]);
  const rows = await Promise.all(
    (await agents.list()).map(async (agent) => ({
      ...agent,
      queues: (await queues.scopeOf(agent)).memberQueues,
    })),
  );
  context.output.result(rows, () =>
    table(
      ['e-mail', 'name', 'role', 'queues', 'password', 'disabled'],
      rows.map((row) => [
        row.email,
        row.name,
        row.role,
        row.queues.join(', '),
        row.hasPassword ? 'yes' : 'no',
        row.disabledAt,
      ]),
    ),
  );
}

async function changeQueues(context: CommandContext, input: CommandInput): Promise<void> {
  const { actor } = await agentOf(context, input);
  const [queues, database] = await Promise.all([context.get(Queues), context.get(Database)]);
  const add = several(input.options['add']);
  const remove = several(input.options['remove']);
  if (add.length + remove.length === 0)
    throw new OperatorError('Name queues with --add or --remove.');
  await plainly(() =>
    database.inTransaction(async (tx) => {
      await queues.join(tx, actor.agentId, add, input.options['supervisor'] === true);
      await queues.leave(tx, actor.agentId, remove);
    }),
  );
  const { memberQueues } = await queues.scopeOf(actor);
  context.output.result({ email: actor.email, queues: memberQueues }, () =>
    memberQueues.length === 0
      ? `${actor.email} is in no queue.`
      : `${actor.email} is in ${memberQueues.join(', ')}.`,
  );
}

async function agentOf(
  context: CommandContext,
  input: CommandInput,
): Promise<{ agents: Agents; actor: Actor }> {
  const email = input.arguments['email'] ?? input.options['email'];
  if (typeof email !== 'string') throw new OperatorError('Name the agent by e-mail.');
  const agents = await context.get(Agents);
  return { agents, actor: await plainly(() => agents.byEmail(email)) };
}

/** What the API says as problem+json, the operator reads as one sentence. */
export async function plainly<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError)
      throw new OperatorError(sentence(error.detailEn), { cause: error });
    throw error;
  }
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return capital.endsWith('.') ? capital : `${capital}.`;
}

function several(value: unknown): string[] {
  return Array.isArray(value)
    ? [...new Set(value.map(String).flatMap((key) => key.split(',')))]
    : [];
}
