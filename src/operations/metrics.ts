import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { CurrentConfig } from '../config/index.js';
import { Alarms, Leases, MAX_EVENT_ATTEMPTS } from '../platform/index.js';
import { alarmLabel, mailboxLabels, type MailboxLabels } from './domain/mailbox-labels.js';
import { FiguresStore, type MailboxFigures } from './store/figures.store.js';
import { TrafficStore } from './store/traffic.store.js';

const STATES = ['connecting', 'idle', 'polling', 'syncing', 'failing', 'stopped'];
const WEBHOOK_OUTCOMES = ['delivered', 'failed', 'cancelled', 'refused'] as const;
const SENDING_STATES = ['ok', 'failing', 'stopped'];

/** A number a mailbox has: name, help and where it comes from. */
const MAILBOX_GAUGES: readonly [string, string, (figures: MailboxFigures) => number][] = [
  [
    'helpdesk_oldest_unprocessed_mail_seconds',
    'Age of the oldest message that is recorded and not processed; 0: none waits',
    (figures) => figures.oldestUnprocessedSeconds,
  ],
  [
    'helpdesk_unprocessed_mails',
    'Messages recorded and not processed',
    (figures) => figures.unprocessed,
  ],
  [
    'helpdesk_mailbox_lag_messages',
    'Messages on the server that are not recorded yet',
    (figures) => figures.unseenOnServer,
  ],
  [
    'helpdesk_mailbox_last_seen_seconds',
    'Seconds since the IMAP server was last seen alive; -1: never',
    (figures) => figures.lastSeenSeconds ?? -1,
  ],
  [
    'helpdesk_mailbox_consecutive_failures',
    'Failed IMAP sessions in a row',
    (figures) => figures.consecutiveFailures,
  ],
  ['helpdesk_quarantined_mails', 'Messages in quarantine', (figures) => figures.quarantined],
  [
    'helpdesk_oldest_unsent_reply_seconds',
    "Age of the oldest person's answer that SMTP has not accepted; 0: none waits",
    (figures) => figures.oldestUnsentReplySeconds,
  ],
  ['helpdesk_unsent_mails', 'Mails queued or being sent', (figures) => figures.unsent],
  ['helpdesk_mails_in_doubt', 'Mails of unknown fate: sent or not', (figures) => figures.inDoubt],
  [
    'helpdesk_reconciliation_differences',
    'What the last comparison of the server with what is recorded left; -1: never compared',
    (figures) => figures.reconciliationDifferences ?? -1,
  ],
  [
    'helpdesk_reconciliation_age_seconds',
    'Seconds since the server was last compared with what is recorded; -1: never',
    (figures) => figures.reconciledSecondsAgo ?? -1,
  ],
  [
    'helpdesk_automation_paused',
    '1 while automatic mail of the mailbox is paused',
    (figures) => Number(figures.automationPaused),
  ],
];

/** The same of mailboxes that send themselves probes. */
const CANARY_GAUGES: typeof MAILBOX_GAUGES = [
  [
    'helpdesk_canary_seconds',
    'From sending to recognising, of the last probe that came back; -1: none did',
    (figures) => figures.canarySeconds ?? -1,
  ],
  [
    'helpdesk_canary_waiting_seconds',
    'Age of the oldest probe since then that is not back; 0: none is on its way',
    (figures) => figures.canaryWaitingSeconds,
  ],
];

/**
 * Prometheus metrics, read from the database at every scrape, so that any process of any role tells the same (but for
 * how many mailboxes it holds itself).
 * Labels name public mailboxes and alarms; never people, tickets, subjects or a private queue's mailbox (D20).
 */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  private readonly mailboxGauges = MAILBOX_GAUGES.map(([name, help, value]) => ({
    gauge: this.gauge(name, help, ['mailbox']),
    value,
  }));
  private readonly canaryGauges = CANARY_GAUGES.map(([name, help, value]) => ({
    gauge: this.gauge(name, help, ['mailbox']),
    value,
  }));
  private readonly state = this.gauge(
    'helpdesk_mailbox_state',
    '1 for the state the mailbox is in',
    ['mailbox', 'state'],
  );
  private readonly sendingState = this.gauge(
    'helpdesk_mailbox_sending_state',
    '1 for the state that sending is in',
    ['mailbox', 'state'],
  );
  private readonly certificates = this.gauge(
    'helpdesk_certificate_expires_seconds',
    "Until the server's certificate expires, as last seen; below 0: it has",
    ['mailbox', 'protocol'],
  );
  private readonly authorizations = this.gauge(
    'helpdesk_authorization_expires_seconds',
    'Until the OAuth2 authorization of the mailbox expires, where that is known',
    ['mailbox'],
  );
  private readonly accessTokens = this.gauge(
    'helpdesk_access_token_expires_seconds',
    'Until the OAuth2 access token in use expires; it is renewed five minutes before',
    ['mailbox'],
  );
  private readonly ingested = this.counter(
    'helpdesk_ingested_mails_total',
    'Messages recorded since this process started',
    ['mailbox'],
  );
  private readonly sent = this.counter(
    'helpdesk_sent_mails_total',
    'Mails accepted by SMTP since this process started',
    ['mailbox', 'automatic'],
  );
  private readonly alarm = this.gauge('helpdesk_alarm', '1 for every open alarm', [
    'alarm',
    'severity',
  ]);
  private readonly held = this.gauge(
    'helpdesk_mailboxes_held',
    'Mailboxes that this process watches',
    [],
  );
  private readonly watchers = this.gauge(
    'helpdesk_mailbox_workers',
    'Processes among which the mailboxes are shared out',
    [],
  );
  private readonly unheld = this.gauge(
    'helpdesk_mailboxes_unheld',
    'Mailboxes that no process watches at this moment',
    [],
  );
  private readonly eventsWaiting = this.gauge(
    'helpdesk_events_waiting',
    'Events not yet handled',
    [],
  );
  private readonly eventsOldest = this.gauge(
    'helpdesk_oldest_waiting_event_seconds',
    'Age of the oldest event not yet handled',
    [],
  );
  private readonly eventsParked = this.gauge(
    'helpdesk_events_parked',
    'Events that failed too often and are not tried any more',
    [],
  );
  private readonly noticeMisses = this.counter(
    'helpdesk_notices_without_recipient_total',
    'Deadline notices that found nobody to tell: all members away or disabled',
    ['news'],
  );
  private readonly webhookOutcomes = this.counter(
    'helpdesk_webhook_deliveries_total',
    'Deliveries that ended, and attempts that were refused',
    ['webhook', 'outcome'],
  );
  private readonly webhookWaiting = this.gauge(
    'helpdesk_webhook_deliveries_waiting',
    'Deliveries that have not ended',
    ['webhook'],
  );
  private readonly webhookOldest = this.gauge(
    'helpdesk_oldest_waiting_webhook_delivery_seconds',
    'Age of the oldest delivery that has not ended; 0: none waits',
    ['webhook'],
  );
  private reading: Promise<string> | null = null;

  constructor(
    private readonly figures: FiguresStore,
    private readonly traffic: TrafficStore,
    private readonly alarms: Alarms,
    private readonly leases: Leases,
    private readonly config: CurrentConfig,
  ) {
    collectDefaultMetrics({ register: this.registry });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** The page for Prometheus. Scrapes at the same time share one reading. */
  read(): Promise<string> {
    this.reading ??= this.readNow().finally(() => (this.reading = null));
    return this.reading;
  }

  private async readNow(): Promise<string> {
    const labels = mailboxLabels(await this.figures.privacy());
    const probed = this.probed();
    const mailboxes = (await this.figures.mailboxes()).map((one) => ({
      ...one,
      probed: probed.has(one.mailbox),
      mailbox: labelOf(labels, one.mailbox),
    }));
    for (const { gauge, value } of this.mailboxGauges) {
      gauge.reset();
      for (const figures of mailboxes) gauge.set({ mailbox: figures.mailbox }, value(figures));
    }
    for (const { gauge, value } of this.canaryGauges) {
      gauge.reset();
      for (const figures of mailboxes) {
        if (figures.probed) gauge.set({ mailbox: figures.mailbox }, value(figures));
      }
    }
    this.state.reset();
    this.sendingState.reset();
    for (const { mailbox, state, sendingState } of mailboxes) {
      for (const each of STATES) this.state.set({ mailbox, state: each }, Number(each === state));
      for (const each of SENDING_STATES) {
        this.sendingState.set({ mailbox, state: each }, Number(each === sendingState));
      }
    }
    await this.readTraffic(mailboxes, labels);
    await this.readExpiries(labels);
    this.alarm.reset();
    for (const { key, severity } of await this.alarms.open())
      this.alarm.set({ alarm: alarmLabel(key, labels), severity }, 1);
    const events = await this.figures.events(MAX_EVENT_ATTEMPTS);
    this.eventsWaiting.set(events.waiting);
    this.eventsOldest.set(events.oldestWaitingSeconds);
    this.eventsParked.set(events.parked);
    const shares = await this.figures.shares(this.leases.owner);
    this.held.set(shares.held);
    this.watchers.set(shares.workers);
    this.unheld.set(shares.unheld);
    await this.readNotifications();
    return this.registry.metrics();
  }

  private probed(): Set<string> {
    const mailboxes = Object.entries(this.config.get().mailboxes);
    const probing = mailboxes.filter(
      ([, { canary, mode }]) => canary !== undefined && mode !== 'observe',
    );
    return new Set(probing.map(([key]) => key));
  }

  private async readExpiries(labels: MailboxLabels): Promise<void> {
    for (const gauge of [this.certificates, this.authorizations, this.accessTokens]) gauge.reset();
    for (const { mailbox: key, what, seconds } of await this.figures.expiries()) {
      const mailbox = labelOf(labels, key);
      if (what === 'authorization') this.authorizations.set({ mailbox }, seconds);
      else if (what === 'access_token') this.accessTokens.set({ mailbox }, seconds);
      else {
        const protocol = what === 'certificate_imap' ? 'imap' : 'smtp';
        this.certificates.set({ mailbox, protocol }, seconds);
      }
    }
  }

  private async readNotifications(): Promise<void> {
    this.noticeMisses.reset();
    for (const { news, total } of await this.figures.noticeMisses())
      this.noticeMisses.inc({ news }, total);
    this.webhookOutcomes.reset();
    this.webhookWaiting.reset();
    this.webhookOldest.reset();
    for (const figures of await this.figures.webhooks()) {
      const { webhook } = figures;
      for (const outcome of WEBHOOK_OUTCOMES)
        this.webhookOutcomes.inc({ webhook, outcome }, figures[outcome]);
      this.webhookWaiting.set({ webhook }, figures.waiting);
      this.webhookOldest.set({ webhook }, figures.oldestWaitingSeconds);
    }
  }

  private async readTraffic(
    mailboxes: readonly MailboxFigures[],
    labels: MailboxLabels,
  ): Promise<void> {
    this.ingested.reset();
    this.sent.reset();
    // A counter that is there from the start makes the first rate right.
    for (const { mailbox } of mailboxes) {
      this.ingested.inc({ mailbox }, 0);
      for (const automatic of ['true', 'false']) this.sent.inc({ mailbox, automatic }, 0);
    }
    for (const { mailbox, rows } of await this.traffic.recorded())
      this.ingested.inc({ mailbox: labelOf(labels, mailbox) }, rows);
    for (const { mailbox, automatic, rows } of await this.traffic.sent()) {
      const label = labelOf(labels, mailbox);
      this.sent.inc({ mailbox: label, automatic: String(automatic) }, rows);
    }
  }

  private gauge(name: string, help: string, labelNames: string[]): Gauge {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  private counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }
}

/** A mailbox that came since the labels were read appears from the next scrape on by what it may be called. */
function labelOf(labels: MailboxLabels, mailbox: string): string {
  return labels.get(mailbox) ?? 'new';
}
