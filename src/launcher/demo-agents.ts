/** A short-lived process of `npm run demo`: makes the demo's agents and their tokens, and sends the tokens back. */
import 'reflect-metadata';
import { OperatorContext } from '../cli/operator-context.js';
import { Output } from '../cli/output.js';
import { readEnvironment } from '../config/env.js';
import { Agents } from '../modules/agents/index.js';
import { Queues } from '../modules/queues/index.js';
import { Database, setLogLevel } from '../platform/index.js';
import { DEMO_AGENT_PASSWORD, DEMO_AGENTS, type DemoAgent, type DemoMemory } from './demo-desk.js';
import { runMain } from './run-main.js';

type Tokens = DemoMemory['tokens'];

/** Tokens by address; those of `remembered` stay for agents that are there already. */
async function ensureAgents(remembered: Tokens): Promise<Tokens> {
  const { environment, problems } = readEnvironment();
  const context = new OperatorContext(environment, problems, new Output(true));
  try {
    const agents = await context.get(Agents);
    const known = new Map((await agents.list()).map((agent) => [agent.email, agent.agentId]));
    const tokens: Record<string, string> = {};
    for (const agent of DEMO_AGENTS) {
      const there = known.get(agent.email);
      const kept = there === undefined ? undefined : remembered[agent.email];
      const agentId = there ?? (await create(context, agents, agent));
      tokens[agent.email] = kept ?? (await agents.createToken(agentId, 'demo')).token;
    }
    return tokens;
  } finally {
    await context.close();
  }
}

async function create(
  context: OperatorContext,
  agents: Agents,
  { email, name, role, queues }: DemoAgent,
): Promise<string> {
  const [database, memberships] = [await context.get(Database), await context.get(Queues)];
  const passwordHash = await agents.hash(DEMO_AGENT_PASSWORD);
  return database.inTransaction(async (tx) => {
    const { agentId } = await agents.create(tx, { email, name, role, passwordHash });
    await memberships.join(tx, agentId, [...queues], role === 'supervisor');
    return agentId;
  });
}

runMain(async () => {
  setLogLevel('error');
  const remembered = await new Promise<Tokens>((resolve) =>
    process.once('message', (message) => resolve(message as Tokens)),
  );
  const tokens = await ensureAgents(remembered);
  await new Promise<void>((resolve) => process.send?.(tokens, () => resolve()));
  return 0;
});
