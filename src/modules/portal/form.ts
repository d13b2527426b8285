import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../config/index.js';
import { AppError } from '../../platform/index.js';
import { Calendars } from '../business-calendar/index.js';
import { Mailboxes } from '../mailboxes/index.js';

export interface ReasonChoice {
  readonly key: string;
  readonly label: string;
}

/** What the form offers and accepts, by the configuration in force (D2, D3). */
@Injectable()
export class PortalForm {
  constructor(
    private readonly config: CurrentConfig,
    private readonly mailboxes: Mailboxes,
    private readonly calendars: Calendars,
  ) {}

  /** Throws `not_found` where the portal is switched off. */
  checkEnabled(): void {
    if (!this.config.get().portal.enabled) throw new AppError('not_found');
  }

  /** Contact reasons to pick from, in the order of the configuration. */
  reasons(): ReasonChoice[] {
    return Object.entries(this.config.get().reasons)
      .filter(([, reason]) => !reason.retired && reason.action === 'ticket')
      .map(([key, { label }]) => ({ key, label }));
  }

  /** Reasons that are answered elsewhere (D5), with the text that points there. */
  redirects(): { readonly label: string; readonly text: string }[] {
    return Object.values(this.config.get().reasons)
      .filter(
        (reason) =>
          !reason.retired && reason.action === 'redirect' && reason.redirectText !== undefined,
      )
      .map(({ label, redirectText }) => ({ label, text: redirectText ?? '' }));
  }

  /** The chosen reason; null where it is none of those offered. */
  reason(
    key: string,
  ): { readonly key: string; readonly label: string; readonly queue: string } | null {
    const reason = this.config.get().reasons[key];
    if (reason === undefined || reason.retired || reason.action !== 'ticket') return null;
    return { key, label: reason.label, queue: reason.queue };
  }

  /** True for addresses that arrive at one of our mailboxes: answering them would be talking to ourselves (D26). */
  isOurs(address: string): boolean {
    return this.mailboxes.ownAddresses().includes(address);
  }

  /** The mailbox that answers tickets of this queue: the queue's own one, else the portal's, else the first. */
  mailboxFor(queueKey: string): { readonly key: string; readonly address: string } {
    const { mailboxes, portal } = this.config.get();
    const inForce = Object.entries(mailboxes).filter(([, mailbox]) => !mailbox.retired);
    const chosen =
      inForce.find(([, mailbox]) => mailbox.queue === queueKey) ??
      inForce.find(([key]) => key === portal.mailbox) ??
      inForce[0];
    if (chosen === undefined) throw new AppError('unavailable');
    return { key: chosen[0], address: chosen[1].address };
  }

  /** What customers are told on the form at `at`: the notices of the calendar that the portal's mailbox keeps (D16). */
  notices(at: Date): string[] {
    const { mailboxes, portal } = this.config.get();
    const name = mailboxes[portal.mailbox ?? '']?.calendar ?? 'default';
    return this.calendars.notices(name, at).map(({ text }) => text);
  }

  /** Calendar of a mailbox and its zone, for dates in words. */
  zoneOf(mailboxKey: string): string {
    const { mailboxes, calendars } = this.config.get();
    return calendars[mailboxes[mailboxKey]?.calendar ?? 'default']?.zone ?? 'America/Sao_Paulo';
  }
}
