/** Who works tickets. Members live in the database (`helpdesk agent …`), not here. */
export class QueueConfig {
  name: string;
  /** Visible to members alone (D20). */
  private: boolean = false;
  retired: boolean = false;
}

/** Words that point to a reason; compared without accents and upper/lower case. */
export class CluesConfig {
  words: string[] = [];
  phrases: string[] = [];
  /** Addresses or `@domain`. */
  senders: string[] = [];
}

/** Motivo de contato (D3–D5). */
export class ReasonConfig {
  label: string;
  queue: string;
  clues: CluesConfig = new CluesConfig();
  action: 'ticket' | 'redirect' = 'ticket';
  /** For `redirect`: where the customer is pointed to, plain pt-BR text. */
  redirectText?: string;
  retired: boolean = false;
}

/** One interval of service in a day, wall clock `HH:MM`, [from, to). */
export class IntervalConfig {
  from: string;
  to: string;
}

/** A day that differs from its weekday (D16). */
export class SpecialDayConfig {
  /** YYYY-MM-DD. */
  date: string;
  name: string;
  closed: boolean = false;
  intervals: IntervalConfig[] = [];
  /** Needed for an opening on a weekday that is no business weekday to count as a business day. */
  businessDay?: boolean;
}

/** A holiday of the operator's: every year (`--MM-DD`) or once (YYYY-MM-DD). */
export class HolidayConfig {
  date: string;
  name: string;
}

export class CalendarConfig {
  zone: string = 'America/Sao_Paulo';
  /** Keys mon…sun; a missing day is closed. Default Mon–Fri 09:00–18:00. */
  hours: Partial<Record<'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun', IntervalConfig[]>> = {
    mon: [{ from: '09:00', to: '18:00' }],
    tue: [{ from: '09:00', to: '18:00' }],
    wed: [{ from: '09:00', to: '18:00' }],
    thu: [{ from: '09:00', to: '18:00' }],
    fri: [{ from: '09:00', to: '18:00' }],
  };
  /** Weekdays that count as business days. Default Mon–Fri: Saturday opening gives hours, not days. */
  businessDays: ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[] = ['mon', 'tue', 'wed', 'thu', 'fri'];
  nationalHolidays: boolean = true;
  /** Days off by custom, optional by law (D16). */
  carnivalMonday: boolean = true;
  carnivalTuesday: boolean = true;
  corpusChristi: boolean = true;
  holidays: HolidayConfig[] = [];
  specialDays: SpecialDayConfig[] = [];
}

/** An amount of service time that is promised. */
export class PromiseConfig {
  /** Business days, counted as D15 says. */
  businessDays?: number;
  /** Business minutes, counted as D16 says; excludes `businessDays`. */
  businessMinutes?: number;
  /** Warning, in business hours before the due instant (D19). */
  warnBusinessHours: number = 4;
}

/** Which promise applies; the first match of tag → reason → queue → mailbox → default (D19). */
export class DeadlinesConfig {
  /** D13: default 3 business days. */
  return: PromiseConfig;
  /** D14: default 6 business days; analysts may have their own. */
  resolution: PromiseConfig;
  byTag: Record<string, { return?: PromiseConfig; resolution?: PromiseConfig }> = {};
  byReason: Record<string, { return?: PromiseConfig; resolution?: PromiseConfig }> = {};
  byQueue: Record<string, { return?: PromiseConfig; resolution?: PromiseConfig }> = {};
  byMailbox: Record<string, { return?: PromiseConfig; resolution?: PromiseConfig }> = {};
}
