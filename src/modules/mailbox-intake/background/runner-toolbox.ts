import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { CurrentConfig } from '../../../config/index.js';
import { Alarms, Clock, Leases, Wakeups } from '../../../platform/index.js';
import { Mailboxes, MailSessions } from '../../mailboxes/index.js';
import { FinishOnServer } from '../commands/finish-on-server.js';
import { ReconcileMailbox } from '../commands/reconcile-mailbox.js';
import { RetryQuarantined } from '../commands/retry-quarantined.js';
import { SyncFolder } from '../commands/sync-folder.js';
import { MailboxProcessor } from './mailbox-processor.js';
import type { RunnerTools } from './mailbox-runner.js';

/** Gathers what every runner works with. */
@Injectable()
export class RunnerToolbox {
  constructor(private readonly modules: ModuleRef) {}

  get tools(): RunnerTools {
    const get = <Tool>(token: abstract new (...args: never[]) => Tool): Tool =>
      this.modules.get<Tool>(token, { strict: false });
    return {
      config: get(CurrentConfig),
      clock: get(Clock),
      leases: get(Leases),
      alarms: get(Alarms),
      wakeups: get(Wakeups),
      mailboxes: get(Mailboxes),
      sessions: get(MailSessions),
      sync: get(SyncFolder),
      finish: get(FinishOnServer),
      processor: get(MailboxProcessor),
      retry: get(RetryQuarantined),
      reconcile: get(ReconcileMailbox),
      random: Math.random,
    };
  }
}
