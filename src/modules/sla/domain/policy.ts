import type { DeadlinesConfig, PromiseConfig } from '../../../config/index.js';

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
}

export interface PolicyChoice {
  /** Where it was found: `tag:premium`, `reason:leads`, `queue:product`, `mailbox:suporte`, `default`. */
  readonly key: string;
  readonly promise: FixedPromise;
}

export type PromiseKind = 'return' | 'resolution';

/** D13 and D14: what is promised where configuration says nothing. */
const DEFAULT_BUSINESS_DAYS: Readonly<Record<PromiseKind, number>> = { return: 3, resolution: 6 };
/** D19. */
const DEFAULT_WARN_BUSINESS_HOURS = 4;

/**
 * The promises of the first level that has any (D19). More than one comes back only where several of the ticket's tags
 * have their own: the caller keeps the one that is due first, since that is what each of them promised.
 */
export function choosePolicies(
  deadlines: DeadlinesConfig,
  kind: PromiseKind,
  context: PolicyContext,
): PolicyChoice[] {
  const levels: readonly [string, DeadlinesConfig['byTag'], readonly (string | null)[]][] = [
    ['tag', deadlines.byTag, [...new Set(context.tags)].sort()],
    ['reason', deadlines.byReason, [context.reasonKey]],
    ['queue', deadlines.byQueue, [context.queueKey]],
    ['mailbox', deadlines.byMailbox, [context.mailboxKey]],
  ];
  for (const [level, policies, keys] of levels) {
    const found = keys.flatMap((key) => {
      const promise =
        key !== null && Object.hasOwn(policies, key) ? policies[key]?.[kind] : undefined;
      return promise === undefined
        ? []
        : [{ key: `${level}:${key}`, promise: fixed(promise, kind) }];
    });
    if (found.length > 0) return found;
  }
  return [{ key: 'default', promise: fixed(deadlines[kind], kind) }];
}

function fixed(promise: PromiseConfig | undefined, kind: PromiseKind): FixedPromise {
  const warnBusinessHours = promise?.warnBusinessHours ?? DEFAULT_WARN_BUSINESS_HOURS;
  return typeof promise?.businessMinutes === 'number'
    ? { businessMinutes: promise.businessMinutes, warnBusinessHours }
    : { businessDays: promise?.businessDays ?? DEFAULT_BUSINESS_DAYS[kind], warnBusinessHours };
}
