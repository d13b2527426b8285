import { Injectable } from '@nestjs/common';
import { Background, Clock, Database, PeriodicWork, Wakeups } from '../../platform/index.js';
import { AttachmentStore } from './store/attachment.store.js';

const HOUR_MS = 3_600_000;
/** An upload that no message has taken up by then was forgotten. */
const KEPT_HOURS = 48;

/** Every hour: forgets uploads that nobody used. Any number of processes may. */
@Injectable()
export class ForgottenUploads extends PeriodicWork {
  constructor(
    background: Background,
    wakeups: Wakeups,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly attachments: AttachmentStore,
  ) {
    super({ name: 'forgotten-uploads', everyMs: HOUR_MS }, background, wakeups);
  }

  /** Returns how many were dropped. */
  round(): Promise<number> {
    const before = new Date(this.clock.now().getTime() - KEPT_HOURS * HOUR_MS);
    return this.database.inTransaction((tx) => this.attachments.dropForgotten(tx, before));
  }
}
