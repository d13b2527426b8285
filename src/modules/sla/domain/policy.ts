import type { DeadlinesConfig, PolicyConfig, PromiseConfig } from '../../../config/index.js';
import type { CountingVariant } from '../../business-calendar/index.js';
import type { ClockKind } from './clock.js';

/** What the choice of a promise depends on (D19: tag → reason → queue → mailbox → default). */
export interface PolicyContext {
  readonly tags: readonly string[];
  readonly reasonKey: string | null;
  readonly queueKey: string;
  readonly mailboxKey: string | null;
}

/** A promise as it is fixed on a clock when it starts; exactly one of the two amounts is set. */
export interface FixedPromise {
  readonly businessDays?: number;
  readonly businessMinutes?: number;
  readonly warnBusinessHours: number;
  /** Points of warning instead of `warnBusinessHours`, as configuration writes them: `75%`, `1d`, `4h`, `30m`. */
  readonly warnAt?: readonly string[];
  /** Left out: as D15 counts. */
  readonly counting?: CountingVariant;
}

export interface PolicyChoice {
  /** Where it was found: `tag:premium`, `reason:leads`, `queue:product`, `mailbox:suporte`, `default`. */
  readonly key: string;
  readonly promise: FixedPromise;
}

type PromiseKind = keyof PolicyConfig;

/**
 * Which promises speak for a clock: at each level the first one that is there. A return that is stated for all answers
 * stands behind the one for the first or the next alone.
 */
const PROMISES: Readonly<Record<ClockKind, readonly PromiseKind[]>> = {
  first_return: ['firstReturn', 'return'],
  next_return: ['nextReturn', 'return'],
  resolution: ['resolution'],
  overall_resolution: ['overallResolution'],
  internal_return: ['internalReturn'],
  internal_resolution: ['internalResolution'],
};

/** D13 and D14: what is promised where configuration says nothing; nothing else is promised unless it is configured. */
const DEFAULT_BUSINESS_DAYS: Readonly<Partial<Record<ClockKind, number>>> = {
  first_return: 3,
  next_return: 3,
  resolution: 6,
};
/** D19. */
const DEFAULT_WARN_BUSINESS_HOURS = 4;

/**
 * The promises of the first level that has any (D19). More than one comes back only where several of the ticket's tags
 * have their own: the caller keeps the one that is due first, since that is what each of them promised. None where
 * nothing of this kind is promised.
 */
export function choosePolicies(
  deadlines: DeadlinesConfig,
  kind: ClockKind,
  context: PolicyContext,
): PolicyChoice[] {
  const levels: readonly [
    string,
    Readonly<Record<string, PolicyConfig>>,
    readonly (string | null)[],
  ][] = [
    ['tag', deadlines.byTag, [...new Set(context.tags)].sort()],
    ['reason', deadlines.byReason, [context.reasonKey]],
    ['queue', deadlines.byQueue, [context.queueKey]],
    ['mailbox', deadlines.byMailbox, [context.mailboxKey]],
  ];
  for (const [level, policies, keys] of levels) {
    const found = keys.flatMap((key) => {
      const policy = key !== null && Object.hasOwn(policies, key) ? policies[key]! : {};
      const promise = fixed(stated(policy, kind));
      return promise === null ? [] : [{ key: `${level}:${key}`, promise }];
    });
    if (found.length > 0) return found;
  }
  const promise = fixed(stated(deadlines, kind)) ?? byDefault(kind);
  return promise === null ? [] : [{ key: 'default', promise }];
}

function stated(policy: PolicyConfig, kind: ClockKind): PromiseConfig | undefined {
  return PROMISES[kind].map((name) => policy[name]).find((promise) => promise !== undefined);
}

function byDefault(kind: ClockKind): FixedPromise | null {
  const businessDays = DEFAULT_BUSINESS_DAYS[kind];
  return businessDays === undefined
    ? null
    : { businessDays, warnBusinessHours: DEFAULT_WARN_BUSINESS_HOURS };
}

function fixed(promise: PromiseConfig | undefined): FixedPromise | null {
  const warning = {
    warnBusinessHours: promise?.warnBusinessHours ?? DEFAULT_WARN_BUSINESS_HOURS,
    ...(promise?.warnAt === undefined ? {} : { warnAt: promise.warnAt }),
  };
  if (typeof promise?.businessMinutes === 'number')
    return { businessMinutes: promise.businessMinutes, ...warning };
  if (typeof promise?.businessDays !== 'number') return null;
  const { businessDays, counting = 'civil' } = promise;
  return {
    businessDays,
    ...warning,
    ...(counting === 'civil' ? {} : { counting }),
  };
}
