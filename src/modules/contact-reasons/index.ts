export { ContactReasonsModule } from './contact-reasons.module.js';
export { decideReason, type ReasonDecision, type ReasonMarks } from './domain/decide-reason.js';
export { foldText } from './domain/fold-text.js';
export { queueFor } from './domain/queue-for.js';
