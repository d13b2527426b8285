export { Agents, type Actor, type AgentRole } from './agents.facade.js';
