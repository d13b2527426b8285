import { SHIPPED_QUEUES } from '../defaults/shipped.js';
import { isMapping } from '../hydrate.js';
import type { HelpdeskConfig } from '../helpdesk-config.js';
import type { ConfiguredKeys } from '../store/configured-keys.store.js';

/** A document in which no key is lost that was ever used, and what the operator should know about it. */
export interface KeptKeys {
  readonly document: Record<string, unknown>;
  /** One English sentence for each key that is retired by this change. */
  readonly notes: readonly string[];
}

/**
 * Adds queues and reasons that the database knows and the file no longer names, as retired, so that old tickets keep
 * their names and their privacy (D20). A mailbox that vanished cannot be kept (its servers are unknown): it is retired
 * in the database alone. Pure.
 */
export function keepUsedKeys(
  document: Readonly<Record<string, unknown>>,
  config: HelpdeskConfig,
  used: ConfiguredKeys,
): KeptKeys {
  const queues = used.queues.filter(({ key }) => config.queues[key] === undefined);
  const reasons = used.reasons.filter(({ key }) => config.reasons[key] === undefined);
  const notes = [
    ...queues
      .filter(({ retired }) => !retired)
      .map(
        ({ key }) =>
          `Queue ${key} is no longer in the file: it is retired, its tickets stay and can be worked and moved.`,
      ),
    ...reasons
      .filter(({ retired }) => !retired)
      .map(
        ({ key }) =>
          `Reason ${key} is no longer in the file: it is retired, tickets that have it keep it.`,
      ),
    ...used.mailboxes
      .filter(({ key, retired }) => config.mailboxes[key] === undefined && !retired)
      .map(
        ({ key }) =>
          `Mailbox ${key} is no longer in the file: it is retired and no longer watched. Answers on its tickets cannot be sent through it any more; to keep that, leave it in the file with "retired: true".`,
      ),
  ];
  return {
    document: {
      ...document,
      ...sectionWith(
        'queues',
        document['queues'] ?? SHIPPED_QUEUES,
        queues.map(({ key, name, private: isPrivate }) => [
          key,
          { name, private: isPrivate, retired: true },
        ]),
      ),
      ...sectionWith(
        'reasons',
        document['reasons'],
        reasons.map(({ key, label, queue }) => [key, { label, queue, retired: true }]),
      ),
    },
    notes,
  };
}

function sectionWith(
  name: string,
  section: unknown,
  kept: readonly (readonly [string, Record<string, unknown>])[],
): Record<string, unknown> {
  if (kept.length === 0) return {};
  return { [name]: { ...(isMapping(section) ? section : {}), ...Object.fromEntries(kept) } };
}
