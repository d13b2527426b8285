export { decideReason, type ReasonDecision, type ReasonMarks } from './domain/decide-reason.js';
