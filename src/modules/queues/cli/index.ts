import type { OperatorCommand } from '../../../cli/command.js';
import { agentCommands } from './agent-commands.js';
import { tokenCommands } from './token-commands.js';

/** Agents' commands stand here and not with the agents, because they also speak of queues. */
export const commands: readonly OperatorCommand[] = [...agentCommands, ...tokenCommands];
