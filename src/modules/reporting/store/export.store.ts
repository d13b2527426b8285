import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/index.js';

export interface ExportedFeedback {
  readonly protocol: string;
  readonly score: number;
  readonly comment: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What an export reads besides tickets. */
@Injectable()
export class ExportStore {
  /** Every queue that ever was: tickets stay in retired ones too. */
  queues(tx: Tx): Promise<{ key: string; private: boolean }[]> {
    return tx.query('select key, private from queues order by key');
  }

  feedback(tx: Tx, protocols: readonly string[]): Promise<ExportedFeedback[]> {
    return tx.query<ExportedFeedback & Record<string, unknown>>(
      `select f.ticket_id::text as protocol, f.score, f.comment, f.created_at as "createdAt", f.updated_at as "updatedAt"
         from feedback f where f.ticket_id = any($1::bigint[]) order by f.ticket_id`,
      [protocols],
    );
  }
}
