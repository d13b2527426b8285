import { Injectable } from '@nestjs/common';
import { HistoryStore } from './history.store.js';
import { MessageStore } from './message.store.js';
import { OpeningStore } from './opening.store.js';
import { ParticipantStore } from './participant.store.js';
import { TicketStore } from './ticket.store.js';

/** The records that make up a ticket, for commands that write several of them. */
@Injectable()
export class TicketRecords {
  constructor(
    readonly tickets: TicketStore,
    readonly opening: OpeningStore,
    readonly messages: MessageStore,
    readonly participants: ParticipantStore,
    readonly history: HistoryStore,
  ) {}
}
