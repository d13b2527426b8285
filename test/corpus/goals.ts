import type { Accounts } from './accounting.js';
import { ordinaryMessages } from './ordinary.js';
import type { Line } from './report.js';
import type { Scores } from './scoring.js';

/** A figure to reach on a folder of mail. */
export interface Goal {
  readonly name: string;
  readonly wanted: string;
  readonly value: string;
  readonly reached: boolean;
}

/** Least share of right facts, in percent, where a source states facts of this kind. `null`: all its facts together. */
const LEAST: readonly (readonly [source: string, fact: string | null, percent: number])[] = [
  ['zammad', 'subject', 100],
  ['zammad', 'from', 98],
  ['zammad', 'attachments by md5', 85],
  ['zammad', 'body text', 85],
  ['stalwart-mail-parser', 'subject', 100],
  ['stalwart-mail-parser', 'from', 100],
  ['stalwart-mail-parser', 'attachment names', 97],
  ['pooled', 'subject', 95],
  ['pooled', 'from', 95],
  ['pooled', 'body text', 95],
  ['pooled', 'attachment names', 95],
  ['redmine', null, 95],
  ['webklex-php-imap', null, 95],
  ['otobo', null, 95],
  ['crisp-email-reply-parser', 'visible reply', 95],
  ['talon', 'visible reply', 100],
  ['discourse', 'visible reply', 100],
  ['email_reply_trimmer', 'visible reply', 85],
  ['willdurand-EmailReplyParser', 'visible reply', 85],
  ['all', 'forward', 90],
  ['all', 'bounce', 99.5],
  ['all', 'bounce recipient', 95],
  ['all', 'hard/soft', 90],
  ['all', 'auto-reply', 95],
];

/** Of the facts of one kind that a source states; in small ones a single one. */
const MOST_EXCEPTED_SHARE = 0.03;
const MOST_QUARANTINED_PERCENT = 0.5;
const SLOWEST_SECONDS = 2;

export function goals(table: readonly Line[], scores: Scores, accounts: Accounts): Goal[] {
  const shares = LEAST.flatMap(([source, fact, least]) => {
    const found = table.filter(
      (line) =>
        (source === 'all' ? line.source !== 'pooled' : line.source === source) &&
        (fact === null || line.fact === fact),
    );
    const total = found.reduce((sum, line) => sum + line.total, 0);
    const right = found.reduce((sum, line) => sum + line.right, 0);
    if (total === 0) return [];
    return [
      {
        name: `${source} ${fact ?? 'all facts'}`,
        wanted: `≥ ${least} %`,
        value: `${((100 * right) / total).toFixed(1)} % (${right}/${total})`,
        reached: 100 * right >= least * total,
      },
    ];
  });
  const ordinary = ordinaryMessages();
  const called = (what: 'bounce' | 'auto_reply'): number =>
    [...scores.machines].filter(([name, as]) => as === what && ordinary.has(name)).length;
  const excessive = table.filter(
    ({ source, total, excepted }) =>
      source !== 'pooled' && excepted > Math.max(1, Math.floor(total * MOST_EXCEPTED_SHARE)),
  );
  const quarantined = (100 * accounts.quarantined.length) / Math.max(1, scores.messages);
  return [
    ...shares,
    none('ordinary mail called a bounce', called('bounce')),
    none('ordinary mail called an automatic answer', called('auto_reply')),
    none('sources and facts with too many stated results not followed', excessive.length),
    none('exceptions', scores.exceptions.length),
    none('unaccounted', accounts.unaccounted.length),
    none('raw bytes differing', accounts.differing.length),
    {
      name: 'quarantined',
      wanted: `≤ ${MOST_QUARANTINED_PERCENT} %`,
      value: `${quarantined.toFixed(2)} %`,
      reached: quarantined <= MOST_QUARANTINED_PERCENT,
    },
    {
      name: 'slowest message',
      wanted: `≤ ${SLOWEST_SECONDS} s`,
      value: `${scores.slowest.seconds.toFixed(2)} s`,
      reached: scores.slowest.seconds <= SLOWEST_SECONDS,
    },
  ];
}

function none(name: string, count: number): Goal {
  return { name, wanted: '0', value: String(count), reached: count === 0 };
}
