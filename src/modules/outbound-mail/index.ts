export type {
  EnqueuedMail,
  NewOutgoingMail,
  OutboundKind,
  OutboxRecipient,
  OutboxState,
} from './domain/outgoing.js';
export { SENT_AS_HEADER } from './sending/compose-mail.js';
export { protocolTag, subjectWithProtocol } from './domain/subject.js';
export { outboundChanged, outboundFailed, outboundHeld, outboundSent } from './events.js';
export type { HoldReason } from './domain/loop-guard.js';
export { sendingMailbox } from './domain/sending-mailbox.js';
export { RedirectWaitingMail } from './commands/redirect-waiting-mail.js';
export { Outbound } from './outbound.facade.js';
export { OutboundMailModule } from './outbound-mail.module.js';
export type { OutboxGauges } from './store/outbox-list.store.js';
