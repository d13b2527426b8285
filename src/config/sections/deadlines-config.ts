import {
  ArrayMaxSize,
  IsDefined,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { Nested, NestedMap } from '../fields.js';

/** The ways to count business days, by name. */
export const COUNTING_VARIANTS = ['civil', 'after_hours_next_day'] as const;

/** What can be promised, as policies name it. */
export const PROMISE_KINDS = [
  'return',
  'firstReturn',
  'nextReturn',
  'resolution',
  'overallResolution',
  'internalReturn',
  'internalResolution',
] as const;

/** An amount of service time that is promised. */
export class PromiseConfig {
  /** Business days, counted as D15 says. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(365)
  businessDays?: number;

  /** Business minutes, counted as D16 says; excludes `businessDays`. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(525_600)
  businessMinutes?: number;

  /**
   * How business days are counted. `civil`: the day of receipt is left out whatever the hour (D15), the default. `after_hours_next_day`:
   * what comes after the close, or on a day that is none, counts as received on the next business day.
   */
  @IsOptional()
  @IsIn(COUNTING_VARIANTS)
  counting?: (typeof COUNTING_VARIANTS)[number];

  /** Warning, in business hours before the due instant (D19). */
  @IsNumber({ allowNaN: false, allowInfinity: false })
  @Min(0)
  @Max(1000)
  warnBusinessHours: number = 4;

  /**
   * Several warnings instead of that one: `75%` of the service time used up, `1d` at the opening of the business day before,
   * `4h` or `30m` of service time before the due instant (D19).
   */
  @IsOptional()
  @ArrayMaxSize(10)
  @Matches(/^([1-9]\d?%|[1-9]\d{0,2}d|[1-9]\d{0,3}[hm])$/, {
    each: true,
    message:
      'each value in $property must be a share such as 75%, or 1d, 4h or 30m before the due instant',
  })
  warnAt?: string[];
}

/** What is promised only where it is configured. */
export class FurtherPromises {
  /** Time until a person answers for the first time, where it differs from `return`. */
  @IsOptional()
  @Nested(() => PromiseConfig)
  firstReturn?: PromiseConfig;

  /** Time until a person answers again, where it differs from `return`. */
  @IsOptional()
  @Nested(() => PromiseConfig)
  nextReturn?: PromiseConfig;

  /** Time until the ticket is resolved, from its first message. In business time it pauses while the customer is to answer. */
  @IsOptional()
  @Nested(() => PromiseConfig)
  overallResolution?: PromiseConfig;

  /** Internal target for an answer: watched like a promise, never told to customers. */
  @IsOptional()
  @Nested(() => PromiseConfig)
  internalReturn?: PromiseConfig;

  /** Internal target for resolving: watched like `overallResolution`, never told to customers. */
  @IsOptional()
  @Nested(() => PromiseConfig)
  internalResolution?: PromiseConfig;
}

/** What one tag, reason, queue or mailbox promises; what is missing comes from the next in line. */
export class PolicyConfig extends FurtherPromises {
  /** Time until a person answers (D13). */
  @IsOptional()
  @Nested(() => PromiseConfig)
  return?: PromiseConfig;

  /** Time until an escalated ticket is resolved or handed back (D14). */
  @IsOptional()
  @Nested(() => PromiseConfig)
  resolution?: PromiseConfig;
}

/** Which promise applies; the first match of tag → reason → queue → mailbox → default (D19). */
export class DeadlinesConfig extends FurtherPromises {
  /** D13: default 3 business days. */
  @IsDefined()
  @Nested(() => PromiseConfig)
  return: PromiseConfig = Object.assign(new PromiseConfig(), { businessDays: 3 });

  /** D14: default 6 business days; analysts may have their own. */
  @IsDefined()
  @Nested(() => PromiseConfig)
  resolution: PromiseConfig = Object.assign(new PromiseConfig(), { businessDays: 6 });

  /** By tag of the ticket. */
  @NestedMap(() => PolicyConfig)
  byTag: Record<string, PolicyConfig> = {};

  /** By key in `reasons`. */
  @NestedMap(() => PolicyConfig)
  byReason: Record<string, PolicyConfig> = {};

  /** By key in `queues`; for `resolution` the queue escalated to. Default: `analistas` 3 business days (D11). */
  @NestedMap(() => PolicyConfig)
  byQueue: Record<string, PolicyConfig> = {};

  /** By key in `mailboxes`. */
  @NestedMap(() => PolicyConfig)
  byMailbox: Record<string, PolicyConfig> = {};
}
