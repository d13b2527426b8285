import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../queues/index.js';
import { Clock, Database } from '../../../platform/index.js';
import { checkVersion, type ExpectedVersion } from '../../../platform/http/index.js';
import { agentActor } from '../store/history.store.js';
import { SIDE_ANSWER_MARK, raiseLastActivity } from './add-customer-message.js';
import { writtenBody } from './written-body.js';
import { WritingDesk } from './writing-desk.js';

/** An internal note: last activity, and nothing else of the ticket changes (D13). */
@Injectable()
export class AddNote {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly desk: WritingDesk,
  ) {}

  /** Also on a resolved ticket: what the customer may no longer comment, colleagues may still write down. */
  run(
    scope: AccessScope,
    protocol: string,
    request: {
      text?: string;
      html?: string;
      attachmentIds: readonly string[];
      expected: ExpectedVersion;
    },
  ): Promise<{ messageId: string; ticketId: string }> {
    const body = writtenBody(request);
    return this.database.inTransaction(async (tx) => {
      const now = this.clock.now();
      const ticket = await this.desk.access.toChange(tx, scope, protocol);
      checkVersion(ticket.version, request.expected);
      const { messageId } = await this.desk.write(tx, scope, ticket.id, {
        kind: 'note',
        body,
        attachmentIds: request.attachmentIds,
        now,
      });
      ticket.marks = ticket.marks.filter((mark) => mark !== SIDE_ANSWER_MARK);
      raiseLastActivity(ticket, now);
      await this.desk.records.tickets.save(tx, ticket);
      await this.desk.records.history.append(tx, ticket.id, now, agentActor(scope.actor.agentId), [
        { action: 'note_written', after: { messageId } },
      ]);
      return { messageId, ticketId: ticket.id };
    });
  }
}
