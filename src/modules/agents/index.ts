export {
  Agents,
  type Actor,
  type AgentListing,
  type AgentRole,
  type TokenListing,
} from './agents.facade.js';
export { AgentsModule } from './agents.module.js';
export { actorOf, CurrentActor } from './http/current-actor.js';
export { sessionOf } from './http/agent-authenticator.js';
export { AgentDto } from './http/session.dto.js';
