export {
  Outbound,
  outboundFailed,
  outboundSent,
  type EnqueuedMail,
  type NewOutgoingMail,
} from './outbound.facade.js';
