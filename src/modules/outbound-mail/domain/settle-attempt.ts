import type { RecipientOutcome, SendOutcome } from '../../mailboxes/index.js';
import { retryDelayMs } from './back-off.js';
import { storable, type OutboxRecipient } from './outgoing.js';
import { sameAddress } from './recipients.js';

/** Answers of servers are kept for people to read, not for ever-long novels. */
const MAX_RESPONSE_LENGTH = 500;

/** What an attempt started from. */
export interface AttemptedMail {
  readonly recipients: readonly OutboxRecipient[];
  readonly primaryRecipient: string;
  /** Temporary failures before this attempt. */
  readonly temporaryTries: number;
  readonly notBefore: Date;
  readonly giveUpAt: Date;
}

export interface Failure {
  readonly state: 'failed' | 'unknown' | 'partly_failed';
  /** Read by agents at the ticket: pt-BR, but for what a server answered. */
  readonly reason: string;
}

/** What the row becomes after an attempt, and what is to be told. */
export interface Settlement {
  readonly state: 'sent' | 'queued' | 'failed' | 'unknown';
  readonly stateReason: string | null;
  readonly recipients: readonly OutboxRecipient[];
  readonly notBefore: Date;
  readonly serverResponse: string | null;
  /** Somebody's server took it in this attempt. */
  readonly accepted: boolean;
  /** The requester's server took it in this attempt: the answer counts as given (D19). */
  readonly primaryAccepted: boolean;
  readonly failure: Failure | null;
  readonly attempt: {
    readonly outcome:
      'accepted' | 'partly_accepted' | 'refused' | 'temporary' | 'unknown' | 'not_tried';
    readonly code: number | null;
    readonly response: string;
  };
}

/**
 * Turns the outcome of an attempt into the row's next state. A 5xx fails just the recipients that it was said of, a
 * 4xx or a network fault tries again until `giveUpAt`, `unknown` is never tried again by itself, and a stopped mailbox
 * leaves the row as it was.
 */
export function settleAttempt(mail: AttemptedMail, outcome: SendOutcome, now: Date): Settlement {
  const response = storable(outcome.response, MAX_RESPONSE_LENGTH);
  if (outcome.kind === 'mailbox_stopped') {
    const attempt = { outcome: 'not_tried', code: outcome.code, response } as const;
    return { ...untouched(mail), state: 'queued', stateReason: null, failure: null, attempt };
  }
  if (outcome.kind === 'unknown') {
    const reason = 'A conexão terminou antes da resposta do servidor: a mensagem pode ter chegado.';
    return {
      ...untouched(mail),
      state: 'unknown',
      stateReason: reason,
      failure: { state: 'unknown', reason },
      attempt: { outcome: 'unknown', code: null, response },
    };
  }
  return decided(mail, outcome, now, response);
}

type DecidedOutcome = Extract<SendOutcome, { kind: 'accepted' | 'refused' | 'temporary' }>;

function decided(
  mail: AttemptedMail,
  outcome: DecidedOutcome,
  now: Date,
  response: string,
): Settlement {
  const tries = mail.temporaryTries + 1;
  const givesUp = now >= mail.giveUpAt;
  const code = outcome.kind === 'accepted' ? firstPendingCode(outcome.recipients) : outcome.code;
  const notBefore = new Date(now.getTime() + retryDelayMs(tries, code));
  const recipients = mail.recipients.map((recipient) =>
    recipient.state === 'pending' ? answered(recipient, outcome, now, givesUp) : recipient,
  );
  const inState = (state: OutboxRecipient['state']) => recipients.filter((r) => r.state === state);
  const newly = recipients.filter(
    (r, i) => r.state === 'accepted' && mail.recipients[i]!.state !== 'accepted',
  );
  const newlyFailed = recipients.filter(
    (r, i) => r.state === 'failed' && mail.recipients[i]!.state !== 'failed',
  );
  const isPrimary = (r: OutboxRecipient): boolean => sameAddress(r.address, mail.primaryRecipient);
  const primaryFailed = inState('failed').some(isPrimary);
  const waiting = inState('pending').length > 0;
  const reason = newlyFailed[0] === undefined ? null : failureReason(newlyFailed[0], givesUp);
  return {
    state: waiting
      ? 'queued'
      : primaryFailed || inState('accepted').length === 0
        ? 'failed'
        : 'sent',
    stateReason: reason ?? (waiting ? response : null),
    recipients,
    notBefore: waiting ? notBefore : mail.notBefore,
    serverResponse: newly.length > 0 ? response : null,
    accepted: newly.length > 0,
    primaryAccepted: newly.some(isPrimary),
    failure:
      reason === null
        ? null
        : { state: newlyFailed.some(isPrimary) ? 'failed' : 'partly_failed', reason },
    attempt: {
      outcome:
        outcome.kind === 'accepted'
          ? newlyFailed.length > 0 || waiting
            ? 'partly_accepted'
            : 'accepted'
          : outcome.kind,
      code: outcome.kind === 'accepted' ? 250 : outcome.code,
      response,
    },
  };
}

function untouched(mail: AttemptedMail) {
  return {
    recipients: mail.recipients,
    notBefore: mail.notBefore,
    serverResponse: null,
    accepted: false,
    primaryAccepted: false,
  } as const;
}

/** What the server said of one recipient; where it did not name them, what it said of the whole mail. */
function answered(
  recipient: OutboxRecipient,
  outcome: DecidedOutcome,
  now: Date,
  givesUp: boolean,
): OutboxRecipient {
  const own = outcome.recipients.find((other) => sameAddress(other.address, recipient.address));
  const whole = { accepted: 'accepted', refused: 'failed', temporary: 'pending' } as const;
  const state = own?.state ?? whole[outcome.kind];
  return {
    ...recipient,
    state: state === 'pending' && givesUp ? 'failed' : state,
    code: own?.code ?? (outcome.kind === 'accepted' ? 250 : outcome.code),
    response: storable(own?.response ?? outcome.response, MAX_RESPONSE_LENGTH),
    at: now.toISOString(),
  };
}

function firstPendingCode(recipients: readonly RecipientOutcome[]): number | null {
  // A recipient that was put off had an answer: never the schedule of a network fault.
  return recipients.find((recipient) => recipient.state === 'pending')?.code ?? 450;
}

function failureReason(recipient: OutboxRecipient, givesUp: boolean): string {
  const answer = recipient.response ?? 'nenhuma';
  return givesUp && (recipient.code === null || recipient.code < 500)
    ? `Desistimos depois de dias de tentativas. Última resposta: ${answer}`
    : answer;
}
