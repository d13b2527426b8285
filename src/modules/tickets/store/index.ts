import { AssignmentStore } from './assignment.store.js';
import { AttachmentStore } from './attachment.store.js';
import { BacklogStore } from './backlog.store.js';
import { ConversationStore } from './conversation.store.js';
import { CustomerWaitEntity } from './customer-wait.entity.js';
import { CustomerWaitStore } from './customer-wait.store.js';
import { ExportRecordStore } from './export-record.store.js';
import { HistoryStore } from './history.store.js';
import { InfectedFileStore } from './infected-file.store.js';
import { JoiningStore } from './joining.store.js';
import { MessageEntity } from './message.entity.js';
import { MessageStore } from './message.store.js';
import { OpeningStore } from './opening.store.js';
import { ParticipantStore } from './participant.store.js';
import { PeopleStore } from './people.store.js';
import { QueueTurnEntity } from './queue-turn.entity.js';
import { RefilingStore } from './refiling.store.js';
import { TicketAccess } from './ticket-access.js';
import { AcknowledgementBacklogEntity } from './acknowledgement-backlog.entity.js';
import { AttachmentEntity } from './attachment.entity.js';
import { TicketHistoryEntity } from './ticket-history.entity.js';
import { TicketParticipantEntity } from './ticket-participant.entity.js';
import { TicketRecords } from './ticket-records.js';
import { TicketViewStore } from './ticket-view.store.js';
import { TicketEntity } from './ticket.entity.js';
import { TicketStore } from './ticket.store.js';

export const ENTITIES = [
  TicketEntity,
  TicketParticipantEntity,
  MessageEntity,
  AttachmentEntity,
  AcknowledgementBacklogEntity,
  TicketHistoryEntity,
  QueueTurnEntity,
  CustomerWaitEntity,
];

export const STORES = [
  AssignmentStore,
  AttachmentStore,
  BacklogStore,
  ConversationStore,
  CustomerWaitStore,
  ExportRecordStore,
  HistoryStore,
  InfectedFileStore,
  JoiningStore,
  MessageStore,
  OpeningStore,
  ParticipantStore,
  PeopleStore,
  RefilingStore,
  TicketAccess,
  TicketRecords,
  TicketStore,
  TicketViewStore,
];
