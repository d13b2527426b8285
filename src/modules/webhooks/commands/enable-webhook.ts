import { Injectable } from '@nestjs/common';
import { Alarms, Database } from '../../../platform/index.js';
import { WebhookStateStore } from '../store/webhook-state.store.js';
import { webhookAlarm } from './record-attempt.js';

/** After a 410 the operator says that the receiver is there again. Nothing happens to one that is in use. */
@Injectable()
export class EnableWebhook {
  constructor(
    private readonly database: Database,
    private readonly states: WebhookStateStore,
    private readonly alarms: Alarms,
  ) {}

  run(name: string): Promise<void> {
    return this.database.inTransaction(async (tx) => {
      await this.states.enable(tx, name);
      await this.alarms.clearIn(tx, webhookAlarm(name));
    });
  }
}
