import { Injectable } from '@nestjs/common';
import { Alarms, createLogger } from '../../../platform/index.js';
import { Mailboxes } from '../../mailboxes/index.js';
import { ALARMING_FAULTS, type LaneHealth } from '../domain/lane-health.js';

const log = createLogger('outbound-mail');

/** Tells operators how sending of a mailbox fares: `mailbox_states`, one alarm a mailbox, the log. */
@Injectable()
export class LaneReports {
  constructor(
    private readonly mailboxes: Mailboxes,
    private readonly alarms: Alarms,
  ) {}

  /** Never throws: a report that cannot be written must not stop the mail. */
  async changed(mailboxKey: string, health: LaneHealth): Promise<void> {
    try {
      await this.mailboxes.reportSending(
        mailboxKey,
        health.kind === 'ok'
          ? { state: 'ok', error: null, retryAt: null }
          : { state: health.kind, error: health.error, retryAt: health.retryAt },
      );
      await this.alarm(mailboxKey, health);
    } catch (error) {
      log.warn({ err: error, mailbox: mailboxKey }, 'the state of sending could not be reported');
    }
  }

  private async alarm(mailboxKey: string, health: LaneHealth): Promise<void> {
    const key = `sending.${mailboxKey}`;
    const details = { mailbox: mailboxKey };
    if (health.kind === 'ok') {
      await this.alarms.clear(key);
    } else if (health.kind === 'stopped') {
      const message = `The SMTP server refuses to send for mailbox ${mailboxKey}: ${health.error}. Its mails wait; check user, password and TLS with "mailbox check ${mailboxKey}".`;
      await this.alarms.raise(key, 'critical', message, details);
    } else if (health.faults >= ALARMING_FAULTS) {
      const message = `The SMTP server of mailbox ${mailboxKey} cannot be reached: ${health.error}. Its mails wait and are tried again.`;
      await this.alarms.raise(key, 'warning', message, details);
    }
  }
}
