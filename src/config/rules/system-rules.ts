import type { HelpdeskConfig } from '../helpdesk-config.js';
import type { ConfigPath, ProblemReport } from '../problems.js';
import { PROMISE_KINDS, type PromiseConfig } from '../sections/deadlines-config.js';
import type { KeyConfig } from '../sections/system-config.js';
import { checkAwaitingCustomer } from './awaiting-customer-rules.js';

/** What must hold in the remaining sections. */
export function checkSystem(config: HelpdeskConfig, report: ProblemReport): void {
  checkKeys(['security', 'masterKeys'], config.security.masterKeys, report);
  checkKeys(['security', 'hmacKeys'], config.security.hmacKeys, report);
  if (config.security.sessionIdleMinutes > config.security.sessionMaxHours * 60) {
    report.add(['security', 'sessionIdleMinutes'], 'is longer than sessionMaxHours allows');
  }
  const { clamd } = config.security;
  if (clamd !== undefined && (clamd.host === undefined) === (clamd.socket === undefined)) {
    report.add(['security', 'clamd'], 'needs either socket or host');
  }
  if (config.limits.expiryCriticalDays > config.limits.expiryWarningDays) {
    report.add(['limits', 'expiryCriticalDays'], 'is longer than expiryWarningDays');
  }
  checkPublicUrl(config, report);
  checkPromises(config, report);
  checkAwaitingCustomer(config, report);
  for (const [key, reason] of Object.entries(config.reasons)) {
    if (reason.action === 'redirect' && reason.redirectText === undefined && !reason.retired) {
      report.add(
        ['reasons', key, 'redirectText'],
        'is missing: `action: redirect` needs the text that shows the way',
      );
    }
  }
}

/** True for names and addresses that mean this machine. */
export function isLoopback(host: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/.test(host);
}

function checkKeys(at: ConfigPath, keys: readonly KeyConfig[], report: ProblemReport): void {
  keys.forEach(({ id }, index) => {
    if (keys.findIndex((other) => other.id === id) < index) {
      report.add([...at, index, 'id'], 'stands twice; every key has an id of its own');
    }
  });
}

function checkPublicUrl(config: HelpdeskConfig, report: ProblemReport): void {
  const at = ['http', 'publicUrl'];
  const url = URL.parse(config.http.publicUrl);
  if (url === null) {
    report.add(at, 'must be a URL such as https://ajuda.empresa.com.br, without a trailing slash');
    return;
  }
  if (url.username !== '' || url.password !== '')
    report.add(at, 'must not hold a user name or a password');
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    report.warn(at, 'is not encrypted (http): agents cannot log in with a browser; use https');
  }
  if (!config.http.cookies.secure && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    report.add(
      ['http', 'cookies', 'secure'],
      'may be false only where publicUrl is plain http on loopback',
    );
  }
}

function checkPromises(config: HelpdeskConfig, report: ProblemReport): void {
  const { deadlines } = config;
  for (const kind of PROMISE_KINDS) checkPromise(['deadlines', kind], deadlines[kind], report);
  for (const group of ['byTag', 'byReason', 'byQueue', 'byMailbox'] as const) {
    for (const [key, policy] of Object.entries(deadlines[group])) {
      for (const kind of PROMISE_KINDS)
        checkPromise(['deadlines', group, key, kind], policy[kind], report);
      if (PROMISE_KINDS.every((kind) => policy[kind] === undefined)) {
        report.add(['deadlines', group, key], 'promises nothing; give it return or resolution');
      }
    }
  }
}

function checkPromise(
  at: ConfigPath,
  promise: PromiseConfig | undefined,
  report: ProblemReport,
): void {
  if (promise === undefined) return;
  const { businessDays, businessMinutes } = promise;
  if (businessDays !== undefined && businessMinutes !== undefined) {
    report.add(at, 'has both businessDays and businessMinutes; choose one');
  } else if (businessDays === undefined && businessMinutes === undefined) {
    report.add(at, 'needs businessDays or businessMinutes');
  }
}
