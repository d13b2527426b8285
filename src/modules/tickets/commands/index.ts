import { AcceptOutsideAnswer } from './accept-outside-answer.js';
import { AcknowledgementServices, AcknowledgeTicket } from './acknowledge-ticket.js';
import { AddCustomerMessage } from './add-customer-message.js';
import { AddNote } from './add-note.js';
import { AddOtherMessage } from './add-other-message.js';
import { AddOutsideAnswer } from './add-outside-answer.js';
import { ActOnWait } from './act-on-wait.js';
import { ApplyAnswer } from './apply-answer.js';
import { ChangeRequesters } from './change-requesters.js';
import { ChangeRouting } from './change-routing.js';
import { ChangeTicket } from './change-ticket.js';
import { CorrectReason } from './correct-reason.js';
import { CustomerWaits } from './customer-waits.js';
import { DecideMessage } from './decide-message.js';
import { EnteringServices, EnterTicket } from './enter-ticket.js';
import { EscalateTicket } from './escalate-ticket.js';
import { FillStub } from './fill-stub.js';
import { ForwardMessage } from './forward-message.js';
import { HandBackTicket } from './hand-back-ticket.js';
import { JudgeSuspect, ReleaseSuspect } from './judge-suspect.js';
import { MoveQueue } from './move-queue.js';
import { MoveStatus } from './move-status.js';
import { OpeningServices, OpenTicket } from './open-ticket.js';
import { RedirectTicket } from './redirect-ticket.js';
import { RefileReasons } from './refile-reasons.js';
import { ReplyToTicket } from './reply-to-ticket.js';
import { SendAcknowledgementSummary } from './send-acknowledgement-summary.js';
import { TakeNextTicket } from './take-next-ticket.js';
import { TicketMail } from './ticket-mail.js';
import { UploadAttachment } from './upload-attachment.js';
import { WritingDesk } from './writing-desk.js';

export const COMMANDS = [
  ActOnWait,
  AcceptOutsideAnswer,
  AcknowledgementServices,
  AcknowledgeTicket,
  AddCustomerMessage,
  AddNote,
  AddOtherMessage,
  AddOutsideAnswer,
  ApplyAnswer,
  ChangeRequesters,
  ChangeRouting,
  ChangeTicket,
  CorrectReason,
  CustomerWaits,
  DecideMessage,
  EnteringServices,
  EnterTicket,
  EscalateTicket,
  FillStub,
  ForwardMessage,
  HandBackTicket,
  JudgeSuspect,
  MoveQueue,
  MoveStatus,
  OpeningServices,
  OpenTicket,
  ReleaseSuspect,
  RedirectTicket,
  RefileReasons,
  ReplyToTicket,
  SendAcknowledgementSummary,
  TakeNextTicket,
  TicketMail,
  UploadAttachment,
  WritingDesk,
];
