import { KEY_PATTERN } from '../fields.js';
import type { HelpdeskConfig } from '../helpdesk-config.js';
import type { ConfigPath, ProblemReport } from '../problems.js';

/** Keys are well formed, and every key that is referred to exists and is in use. */
export function checkReferences(config: HelpdeskConfig, report: ProblemReport): void {
  for (const section of ['mailboxes', 'queues', 'reasons', 'calendars'] as const) {
    for (const key of Object.keys(config[section])) checkKey([section, key], key, report);
  }
  for (const [key, reason] of Object.entries(config.reasons)) {
    refer(['reasons', key, 'queue'], reason.queue, 'queue', config.queues, report, reason.retired);
  }
  for (const [key, mailbox] of Object.entries(config.mailboxes)) {
    const at = ['mailboxes', key];
    refer([...at, 'queue'], mailbox.queue, 'queue', config.queues, report, mailbox.retired);
    if (mailbox.retired) continue;
    refer([...at, 'calendar'], mailbox.calendar, 'calendar', config.calendars, report);
    refer([...at, 'fixedReason'], mailbox.fixedReason, 'reason', config.reasons, report);
    refer([...at, 'fallbackReason'], mailbox.fallbackReason, 'reason', config.reasons, report);
    warnOfLeak(config, key, report);
  }
  refer(['portal', 'mailbox'], config.portal.mailbox, 'mailbox', config.mailboxes, report);
  const { byQueue, byReason, byMailbox } = config.deadlines;
  referAll(['deadlines', 'byQueue'], byQueue, 'queue', config.queues, report);
  referAll(['deadlines', 'byReason'], byReason, 'reason', config.reasons, report);
  referAll(['deadlines', 'byMailbox'], byMailbox, 'mailbox', config.mailboxes, report);
  referAll(
    ['retention', 'rawDaysByQueue'],
    config.retention.rawDaysByQueue,
    'queue',
    config.queues,
    report,
  );
  if (Object.values(config.mailboxes).every(({ retired }) => retired)) {
    report.add(['mailboxes'], 'holds no mailbox that is in use');
  }
  if (Object.values(config.queues).every(({ retired }) => retired)) {
    report.add(['queues'], 'holds no queue that is in use');
  }
}

type Referable = Readonly<Record<string, object>>;

/** Retired things may point at retired ones, but at nothing that never was: the database keeps the pointer. */
function refer(
  at: ConfigPath,
  key: string | undefined,
  what: string,
  known: Referable,
  report: ProblemReport,
  mayBeRetired = false,
): void {
  if (key === undefined) return;
  const found = known[key];
  // The key itself is not repeated: it stands in the file, and it may have come from a variable.
  if (found === undefined) {
    report.add(at, `names no ${what} of this file; there ${isAre(Object.keys(known))}`);
  } else if (!mayBeRetired && 'retired' in found && found.retired === true) {
    report.add(at, `names a retired ${what}`);
  }
}

/** For mappings whose keys are references: a retired one is history and may stay. */
function referAll(
  at: ConfigPath,
  map: object,
  what: string,
  known: Referable,
  report: ProblemReport,
): void {
  for (const key of Object.keys(map)) {
    if (known[key] === undefined) {
      report.add([...at, key], `names no ${what} of this file; there ${isAre(Object.keys(known))}`);
    }
  }
}

function isAre(keys: readonly string[]): string {
  if (keys.length === 0) return 'is none';
  return `${keys.length === 1 ? 'is' : 'are'} ${keys.join(', ')}`;
}

function checkKey(at: ConfigPath, key: string, report: ProblemReport): void {
  if (!KEY_PATTERN.test(key)) {
    report.add(
      at,
      'is no usable name: 1 to 40 of a-z, 0-9, - and _, beginning with a letter or digit',
    );
  }
}

/** D20: mail of a private queue must not be moved out by itself; a fixed reason that points elsewhere would. */
function warnOfLeak(config: HelpdeskConfig, key: string, report: ProblemReport): void {
  const mailbox = config.mailboxes[key];
  if (mailbox === undefined || config.queues[mailbox.queue]?.private !== true) return;
  for (const field of ['fixedReason', 'fallbackReason'] as const) {
    const reason = config.reasons[mailbox[field] ?? ''];
    if (reason !== undefined && reason.queue !== mailbox.queue) {
      report.warn(
        ['mailboxes', key, field],
        'belongs to another queue; the tickets stay in the private queue all the same (D4)',
      );
    }
  }
}
