import { isMapping, unknownKey } from '../hydrate.js';
import type { ProblemReport } from '../problems.js';
import { SHIPPED_REASONS } from './shipped-reasons.js';

type Plain = Record<string, unknown>;

/** Used where the file has no `queues`. */
export const SHIPPED_QUEUES: Plain = {
  suporte: { name: 'Suporte' },
  financeiro: { name: 'Financeiro', private: true },
  produto: { name: 'Produto' },
  analistas: { name: 'Analistas' },
};

/** D11: analysts answer an escalation within 3 business days, everybody else within the default of 6. */
const ANALYSTS = 'analistas';

/**
 * Plain configuration with what the product brings along:
 * - `queues`: the four shipped ones where the section is missing, else exactly what the file says;
 * - `reasons`: the shipped ones (D3, D5) under the file's, joined field by field for the same key, so that
 *   `dominios: { queue: tecnico }` keeps label and clues; `key: false` leaves a shipped reason out;
 * - `calendars.default` and the promises of D11, D13 and D14 where the file says nothing.
 */
export function withShipped(plain: unknown, report: ProblemReport): unknown {
  if (!isMapping(plain)) return plain;
  const queues = plain['queues'] ?? SHIPPED_QUEUES;
  return {
    ...plain,
    queues,
    reasons: reasonsOf(plain['reasons'], isMapping(queues) ? queues : {}, report),
    calendars: calendarsOf(plain['calendars']),
    deadlines: deadlinesOf(plain['deadlines'], isMapping(queues) && ANALYSTS in queues),
  };
}

function reasonsOf(given: unknown, queues: Plain, report: ProblemReport): unknown {
  if (given !== undefined && given !== null && !isMapping(given)) return given;
  const reasons: Plain = {};
  for (const [key, { queue, ...shipped }] of Object.entries(SHIPPED_REASONS)) {
    reasons[key] = { ...shipped, queue: preferredQueue(queue, queues) };
  }
  for (const [key, reason] of Object.entries(given ?? {})) {
    const shipped = Object.hasOwn(SHIPPED_REASONS, key) ? reasons[key] : undefined;
    if (reason === false) {
      if (shipped === undefined)
        report.add(
          ['reasons', key],
          `false leaves out a shipped reason, but this one ${unknownKey(key, Object.keys(SHIPPED_REASONS))}`,
        );
      delete reasons[key];
    } else {
      reasons[key] = joined(shipped, reason);
    }
  }
  return reasons;
}

/** The file's reason over the shipped one; clues list by list. */
function joined(shipped: unknown, given: unknown): unknown {
  if (!isMapping(shipped) || !(isMapping(given) || given === null)) return given;
  const clues = given?.['clues'];
  return {
    ...shipped,
    ...withoutEmpty(given ?? {}),
    ...(isMapping(clues) && isMapping(shipped['clues'])
      ? { clues: { ...shipped['clues'], ...withoutEmpty(clues) } }
      : {}),
  };
}

/** The first preferred key that exists, else the first queue that all may see; so a shipped reason always has a home. */
function preferredQueue(preferred: readonly string[], queues: Plain): string {
  const usable = Object.entries(queues).filter(
    ([, queue]) => !(isMapping(queue) && queue['retired'] === true),
  );
  const found = preferred.find((key) => usable.some(([candidate]) => candidate === key));
  const open = usable.find(([, queue]) => !(isMapping(queue) && queue['private'] === true));
  return found ?? open?.[0] ?? usable[0]?.[0] ?? 'suporte';
}

function calendarsOf(given: unknown): unknown {
  if (given !== undefined && given !== null && !isMapping(given)) return given;
  return { default: {}, ...given };
}

function deadlinesOf(given: unknown, hasAnalysts: boolean): unknown {
  if (given !== undefined && given !== null && !isMapping(given)) return given;
  const byQueue = given?.['byQueue'];
  return {
    ...given,
    return: promiseOf(given?.['return'], 3),
    resolution: promiseOf(given?.['resolution'], 6),
    byQueue:
      hasAnalysts && (isMapping(byQueue) || byQueue === undefined || byQueue === null)
        ? { [ANALYSTS]: { resolution: { businessDays: 3 } }, ...byQueue }
        : byQueue,
  };
}

/** A default promise that only changes the warning keeps its days. */
function promiseOf(given: unknown, businessDays: number): unknown {
  if (given === undefined || given === null) return { businessDays };
  if (!isMapping(given)) return given;
  const stated = (given['businessDays'] ?? given['businessMinutes'] ?? null) !== null;
  return stated ? given : { ...given, businessDays };
}

function withoutEmpty(plain: Plain): Plain {
  return Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== null));
}
