import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/index.js';

/** As whom a mail leaves. */
export interface SenderIdentity {
  readonly mailboxKey: string;
  readonly fromAddress: string;
  readonly fromName: string;
  readonly replyTo: string;
  /** Of automatic mail; people's mail has the From. */
  readonly automaticEnvelopeFrom: string;
}

export const MOVED_REASON = 'O chamado passou para uma fila restrita.';

/** Mail about a ticket that has not begun to leave. */
@Injectable()
export class WaitingMailStore {
  /** Notices to agents other than these addresses (lower case) are cancelled. */
  async cancelNotices(tx: Tx, ticketId: string, except: readonly string[]): Promise<void> {
    await tx.execute(
      `update outbox set state = 'cancelled', state_reason = $3, version = version + 1
        where ticket_id = $1 and kind = 'notice' and state in ('queued', 'held')
          and primary_recipient <> all($2::text[])`,
      [ticketId, except, MOVED_REASON],
    );
  }

  /** What else waits leaves by this identity; its Message-ID and its place in the conversation stay. */
  async changeIdentity(tx: Tx, ticketId: string, identity: SenderIdentity): Promise<number> {
    return tx.execute(
      `update outbox set mailbox_key = $2, from_address = $3, from_name = $4, reply_to = $5,
              envelope_from = case when automatic then $6 else $3 end, version = version + 1
        where ticket_id = $1 and state in ('queued', 'held') and mailbox_key <> $2`,
      [
        ticketId,
        identity.mailboxKey,
        identity.fromAddress,
        identity.fromName,
        identity.replyTo,
        identity.automaticEnvelopeFrom,
      ],
    );
  }
}
