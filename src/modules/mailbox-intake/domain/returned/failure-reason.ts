import { PHRASES } from './failure-phrases.js';
import type { FailureReason } from './failure-reasons.js';

/** What is known about the failure of one recipient. */
export interface FailureEvidence {
  readonly action: string | null;
  readonly status: string | null;
  /** What the receiving server said, as exactly as it is known. */
  readonly diagnostic: string;
  /** What the reporting system wrote around it; asked only where the diagnostic says nothing. */
  readonly prose: string;
}

const MAX_LENGTH = 4_000;

/** Enhanced status codes that say what happened by themselves (RFC 3463, RFC 7372, RFC 7505, and their registry). */
const BY_STATUS: Readonly<Record<string, FailureReason>> = {
  '1.0': 'user_unknown',
  '1.1': 'user_unknown',
  '1.2': 'host_unknown',
  '1.3': 'user_unknown',
  '1.4': 'user_unknown',
  '1.6': 'moved',
  '1.7': 'rejected',
  '1.8': 'rejected',
  '1.9': 'rejected',
  '1.10': 'user_unknown',
  '2.0': 'filtered',
  '2.1': 'filtered',
  '2.2': 'mailbox_full',
  '2.3': 'too_big',
  '2.4': 'filtered',
  '3.1': 'system_full',
  '3.2': 'does_not_accept',
  '3.4': 'too_big',
  '3.5': 'system_error',
  '4.1': 'network_error',
  '4.2': 'network_error',
  '4.3': 'network_error',
  '4.4': 'host_unknown',
  '4.5': 'too_many',
  '4.6': 'network_error',
  '4.7': 'expired',
  '6.0': 'content_error',
  '7.0': 'policy',
  '7.1': 'policy',
  '7.8': 'policy',
  '7.9': 'policy',
  '7.20': 'auth_failure',
  '7.21': 'auth_failure',
  '7.22': 'auth_failure',
  '7.23': 'auth_failure',
  '7.24': 'auth_failure',
  '7.25': 'require_ptr',
  '7.26': 'auth_failure',
  '7.27': 'does_not_accept',
};

/** Reasons for which trying again, or otherwise, cannot help: the address itself is dead. */
const DEAD: ReadonlySet<FailureReason> = new Set([
  'user_unknown',
  'host_unknown',
  'moved',
  'does_not_accept',
]);

/**
 * Why a recipient was not reached: first by what the server said, then by the status code, then by the prose around.
 * Words come first because servers are careless with codes (5.1.1 for a full mailbox, 5.7.1 for anything).
 */
export function failureReason(evidence: FailureEvidence): FailureReason {
  if (/^(delivered|relayed|expanded)$/.test(evidence.action ?? '')) return 'delivered';
  const reason = byWordsAndCode(evidence);
  // 5.1.1 is said of the address itself, whenever it is said.
  const ofAddress = (evidence.status ?? '').startsWith('5.1.1');
  return (reason === 'user_unknown' && !ofAddress && isBare(evidence)) || reason === 'host_unknown'
    ? unknownAt(stageOf(`${evidence.diagnostic} ${evidence.prose}`), reason)
    : reason;
}

function byWordsAndCode(evidence: FailureEvidence): FailureReason {
  const said = byPhrases(citedReply(evidence.diagnostic));
  if (said !== null) return said;
  const status = evidence.status ?? '';
  const coded = BY_STATUS[status.slice(2)] ?? null;
  if (coded !== null && !/^[245]\.0\.0$/.test(status)) return coded;
  return byPhrases(evidence.prose) ?? 'unknown';
}

/** True where the address will never take mail; a fault that may pass, or that only this mail met, is not. */
export function isAddressDead(
  reason: FailureReason,
  final: boolean,
  status: string | null,
): boolean {
  return final && DEAD.has(reason) && !(status ?? '').startsWith('4');
}

/** Just "user unknown", which filters say as well; not a server that explains itself. */
function isBare({ diagnostic, prose }: FailureEvidence): boolean {
  return /user unknown|unknown user|no such (?:user|person|recipient)|user not found/i.test(
    diagnostic || prose.slice(0, MAX_LENGTH),
  );
}

type Stage = 'connection' | 'mail' | 'data' | null;

/** At which command the server refused, where the system says so: Postfix, Exim, sendmail and others cite it. */
function stageOf(text: string): Stage {
  const read = text.slice(0, MAX_LENGTH).replace(/\s+/g, ' ');
  const found =
    /(?:in reply to(?: the)?|in response to|reply to|>>>|did not like our(?: final)?|after(?: the)?|smtp command(?: -*)?) ?(?:\(?end of )?(?:pipelined )?(?:end of )?(ehlo|helo|initial connection|mail|rcpt|data)\b/i.exec(
      read,
    )?.[1];
  const command = found?.toLowerCase() ?? '';
  if (command === 'data') return 'data';
  if (command === 'mail') return 'mail';
  return command === '' || command === 'rcpt' ? null : 'connection';
}

/**
 * "Unknown" after the server had taken the recipient (DATA) is that recipient's own filter; before it was asked for one
 * it is about us.
 */
function unknownAt(stage: Stage, reason: FailureReason): FailureReason {
  if (stage === 'data') return 'filtered';
  if (stage === 'mail') return 'rejected';
  return stage === 'connection' ? 'blocked' : reason;
}

/** Some gateways put their own reading before what they cite: `5.1.0 - Unknown address error 550-'5.7.1 …'`. */
function citedReply(diagnostic: string): string {
  return /\b[45]\d\d[ -]'([^']{8,})'/.exec(diagnostic.slice(0, MAX_LENGTH))?.[1] ?? diagnostic;
}

function byPhrases(text: string): FailureReason | null {
  const folded = text
    .slice(0, MAX_LENGTH)
    .toLowerCase()
    .replace(/[\s_]+/g, ' ')
    .replace(/’/g, "'");
  if (folded.trim() === '') return null;
  return PHRASES.find(([, phrases]) => phrases.test(folded))?.[0] ?? null;
}
