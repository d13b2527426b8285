export { ContactReasonsModule } from './contact-reasons.module.js';
export {
  ContactReasons,
  type ModelInForce,
  type ReasonCorrection,
} from './contact-reasons.facade.js';
export {
  decideReason,
  proposalIn,
  type ReasonClassifier,
  type ReasonDecision,
  type ReasonMarks,
  type ReasonProposal,
} from './domain/decide-reason.js';
export { queueFor } from './domain/queue-for.js';
export type { SpokenWord } from './domain/reason-model.js';
