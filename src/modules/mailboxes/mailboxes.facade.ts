import { Injectable } from '@nestjs/common';
import { CurrentConfig, type HelpdeskConfig } from '../../config/index.js';
import { Clock } from '../../platform/index.js';
import {
  startInstant,
  type MailboxReport,
  type MailboxStart,
  type SendingReport,
} from './domain/mailbox-state.js';
import { ownAddresses, type OwnAddresses } from './domain/own-addresses.js';
import { MailboxStartStore } from './store/mailbox-start.store.js';
import { MailboxStateStore, type MailboxStateRow } from './store/mailbox-state.store.js';

const DEFAULT_ZONE = 'America/Sao_Paulo';

/** The configured mailboxes and their live state (`mailbox_states`). */
@Injectable()
export class Mailboxes {
  private own: { readonly config: HelpdeskConfig; readonly addresses: OwnAddresses } | null = null;

  constructor(
    private readonly config: CurrentConfig,
    private readonly clock: Clock,
    private readonly states: MailboxStateStore,
    private readonly starts: MailboxStartStore,
  ) {}

  /** Our own addresses by the configuration in force; retired mailboxes stay ours. Ask at the moment of use. */
  ownAddresses(): OwnAddresses {
    const config = this.config.get();
    if (this.own?.config !== config) {
      const { mailboxes, company } = config;
      const list = Object.entries(mailboxes).map(([key, mailbox]) => ({ ...mailbox, key }));
      this.own = {
        config,
        addresses: ownAddresses(list, company.domains),
      };
    }
    return this.own.addresses;
  }

  /** Records where the mailbox's session stands, in a transaction of its own. */
  async reportState(mailboxKey: string, report: MailboxReport): Promise<void> {
    await this.states.report(mailboxKey, report, this.clock.now());
  }

  /** Records how sending fares, in a transaction of its own. */
  async reportSending(mailboxKey: string, report: SendingReport): Promise<void> {
    await this.states.reportSending(mailboxKey, report, this.clock.now());
  }

  /** The live state of every mailbox that ever reported, by key. */
  async liveStates(): Promise<ReadonlyMap<string, MailboxStateRow>> {
    return new Map((await this.states.all()).map((row) => [row.mailboxKey, row]));
  }

  /**
   * D1: from when on the mailbox's mail becomes tickets. `now` and dates are fixed at the first call and stay, whatever
   * the configuration says later, until `mailbox start NAME` confirms the change; `all` is `unconfirmed` until then.
   */
  async startOf(mailboxKey: string): Promise<MailboxStart> {
    const fixed = await this.starts.find(mailboxKey);
    if (fixed !== undefined) return { kind: 'from', at: fixed.startAt };
    const { startFrom } = this.mailbox(mailboxKey);
    if (startFrom === 'all') return { kind: 'unconfirmed' };
    const now = this.clock.now();
    const startAt = startInstant(startFrom, now, this.zoneOf(mailboxKey));
    return {
      kind: 'from',
      at: await this.starts.fixFirst(mailboxKey, startFrom, startAt, now),
    };
  }

  /** D1: an empty mailbox has no old mail to ask about: everything that comes is new. */
  async startEmpty(mailboxKey: string): Promise<void> {
    const { startFrom } = this.mailbox(mailboxKey);
    await this.starts.fixFirst(mailboxKey, startFrom, null, this.clock.now());
  }

  /** An operator confirms `startFrom` as it stands in the configuration (D1). Returns the instant; null: everything. */
  async confirmStart(mailboxKey: string, confirmedBy: string): Promise<Date | null> {
    const { startFrom } = this.mailbox(mailboxKey);
    const now = this.clock.now();
    const startAt = startInstant(startFrom, now, this.zoneOf(mailboxKey));
    await this.starts.confirm(mailboxKey, startFrom, startAt, confirmedBy, now);
    return startAt;
  }

  private mailbox(mailboxKey: string): { startFrom: string; calendar: string } {
    const mailbox = this.config.get().mailboxes[mailboxKey];
    if (mailbox === undefined) throw new Error(`No mailbox ${mailboxKey} in the configuration`);
    return mailbox;
  }

  private zoneOf(mailboxKey: string): string {
    const { calendars } = this.config.get();
    return calendars[this.mailbox(mailboxKey).calendar]?.zone ?? DEFAULT_ZONE;
  }
}
