import { Injectable, type OnModuleInit } from '@nestjs/common';
import { fileInfected } from '../../files/index.js';
import { EventBus, type Tx } from '../../../platform/index.js';
import { SYSTEM } from '../store/history.store.js';
import { InfectedFileStore } from '../store/infected-file.store.js';
import { TicketRecords } from '../store/ticket-records.js';

type Infected = NonNullable<(typeof fileInfected)['payloadType']>;

/** Shown while a ticket holds a file that a virus was found in. */
export const VIRUS_MARK = 'anexo_com_virus';

/** The scanner found a virus: every ticket with that content says so, once (D22: the ticket itself goes on). */
@Injectable()
export class OnFileInfected implements OnModuleInit {
  constructor(
    private readonly bus: EventBus,
    private readonly records: TicketRecords,
    private readonly files: InfectedFileStore,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe(fileInfected, 'tickets', (tx, infected) => this.handle(tx, infected));
  }

  async handle(tx: Tx, { sha256, signature, at: iso }: Infected): Promise<void> {
    const at = new Date(iso);
    for (const { ticketId, filenames } of await this.files.untold(tx, sha256)) {
      const ticket = await this.records.tickets.lock(tx, ticketId);
      if (ticket === null) continue;
      const what = filenames.length === 0 ? 'Original retido' : 'Anexo retido';
      const names = filenames.length === 0 ? '' : ` (${filenames.join(', ')})`;
      await this.records.messages.insert(tx, {
        ticketId,
        kind: 'event',
        authorKind: 'system',
        text: `${what}: vírus ${signature}${names}.`,
        details: { what: 'virus', virusIn: sha256, signature },
        createdAt: at,
      });
      if (!ticket.marks.includes(VIRUS_MARK)) {
        ticket.marks = [...ticket.marks, VIRUS_MARK];
        await this.records.tickets.save(tx, ticket);
      }
      await this.records.history.append(tx, ticketId, at, SYSTEM, [
        { action: 'virus_found', after: { signature, files: filenames } },
      ]);
    }
  }
}
