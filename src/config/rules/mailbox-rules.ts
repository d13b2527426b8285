import type { HelpdeskConfig } from '../helpdesk-config.js';
import type { ConfigPath, ProblemReport } from '../problems.js';
import type { MailboxConfig, OAuthConfig, ServerConfig } from '../sections/mailbox-config.js';
import { isRealDay } from './calendar-rules.js';
import { isLoopback } from './system-rules.js';

/** What must hold within a mailbox and between mailboxes. */
export function checkMailboxes(config: HelpdeskConfig, report: ProblemReport): void {
  checkDuplicateAddresses(config, report);
  for (const [key, mailbox] of Object.entries(config.mailboxes)) {
    const at = ['mailboxes', key];
    checkStart([...at, 'startFrom'], mailbox.startFrom, report);
    checkFolders(at, mailbox, report);
    checkServer([...at, 'imap'], mailbox.imap, true, report);
    checkServer([...at, 'smtp'], mailbox.smtp, false, report);
    if (usesOAuth(mailbox) && config.security.masterKeys.length === 0) {
      report.add(
        ['security', 'masterKeys'],
        `is needed because mailbox ${key} uses oauth2: its tokens are kept encrypted`,
      );
    }
  }
  if (config.company.agentAddresses.length > 0) {
    const own = addressesOf(config);
    config.company.agentAddresses.forEach((address, index) => {
      if (own.has(address))
        report.add(
          ['company', 'agentAddresses', index],
          'is the address of a mailbox, not of a person',
        );
    });
  }
}

function usesOAuth(mailbox: MailboxConfig): boolean {
  return mailbox.imap.oauth2 !== undefined || mailbox.smtp.oauth2 !== undefined;
}

function addressesOf(config: HelpdeskConfig): Set<string> {
  return new Set(
    Object.values(config.mailboxes).flatMap(({ address, aliases }) => [address, ...aliases]),
  );
}

/** One address, one mailbox: otherwise nobody could say whose mail it is. A retired mailbox gives its address free. */
function checkDuplicateAddresses(config: HelpdeskConfig, report: ProblemReport): void {
  const first = new Map<string, string>();
  const claim = (address: string, at: ConfigPath, key: string): void => {
    const owner = first.get(address);
    if (owner === undefined) first.set(address, key);
    else
      report.add(
        at,
        owner === key ? 'stands twice in this mailbox' : `belongs to mailbox ${owner} already`,
      );
  };
  for (const [key, mailbox] of Object.entries(config.mailboxes)) {
    if (mailbox.retired) continue;
    claim(mailbox.address, ['mailboxes', key, 'address'], key);
    mailbox.aliases.forEach((alias, index) =>
      claim(alias, ['mailboxes', key, 'aliases', index], key),
    );
  }
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

function checkStart(at: ConfigPath, startFrom: string, report: ProblemReport): void {
  if (startFrom === 'now' || startFrom === 'all' || isRealDay(startFrom)) return;
  const day = INSTANT.exec(startFrom)?.[1];
  if (day !== undefined && isRealDay(day) && !Number.isNaN(Date.parse(startFrom))) return;
  report.add(
    at,
    'must be now, all, a day (2026-11-01) or an instant with its offset (2026-11-01T09:00:00-03:00)',
  );
}

function checkFolders(at: ConfigPath, mailbox: MailboxConfig, report: ProblemReport): void {
  const { folders, after, moveTo } = mailbox;
  if (after === 'move' && moveTo === undefined) {
    report.add([...at, 'moveTo'], 'is missing: `after: move` needs the folder to move to');
  }
  if (after !== 'move' && moveTo !== undefined) {
    report.add([...at, 'moveTo'], 'has an effect only with `after: move`');
  }
  const watched = [folders.inbox, folders.junk, folders.sent].filter(
    (name) => typeof name === 'string',
  );
  if (moveTo !== undefined && watched.includes(moveTo)) {
    report.add(
      [...at, 'moveTo'],
      'is a folder that is watched itself: moved messages would arrive again',
    );
  }
  if (new Set(watched).size < watched.length)
    report.add([...at, 'folders'], 'names one folder twice');
}

function checkServer(
  at: ConfigPath,
  server: ServerConfig,
  mustLogIn: boolean,
  report: ProblemReport,
): void {
  const { user, password, oauth2 } = server;
  if (password !== undefined && oauth2 !== undefined) {
    report.add(at, 'has both password and oauth2; choose one');
  } else if (password === undefined && oauth2 === undefined && (mustLogIn || user !== undefined)) {
    report.add(at, 'needs a password or oauth2 to log in');
  }
  if (server.tls === 'none' && !isLoopback(server.host)) {
    report.warn(
      [...at, 'tls'],
      'sends mail and password in plain text over the network; use implicit or starttls',
    );
  }
  if (oauth2 !== undefined) checkOAuth([...at, 'oauth2'], oauth2, report);
}

const ENDPOINTS = [
  'authorizationEndpoint',
  'deviceAuthorizationEndpoint',
  'tokenEndpoint',
] as const;
const NEEDED_ENDPOINTS = {
  authorization_code: ['authorizationEndpoint', 'tokenEndpoint'],
  device_code: ['deviceAuthorizationEndpoint', 'tokenEndpoint'],
  client_credentials: ['tokenEndpoint'],
} as const;

function checkOAuth(at: ConfigPath, oauth: OAuthConfig, report: ProblemReport): void {
  if (oauth.provider === 'custom') {
    for (const endpoint of NEEDED_ENDPOINTS[oauth.flow]) {
      if (oauth[endpoint] === undefined)
        report.add(
          [...at, endpoint],
          `is missing: provider custom with flow ${oauth.flow} needs it`,
        );
    }
  }
  for (const endpoint of ENDPOINTS) {
    const url = oauth[endpoint];
    if (url !== undefined && !isSafeEndpoint(url)) {
      report.add(
        [...at, endpoint],
        'must begin with https:// (plain http only on loopback): tokens and secrets go there',
      );
    }
  }
  if (oauth.expiresOn !== undefined && !isRealDay(oauth.expiresOn))
    report.add([...at, 'expiresOn'], 'is a day that the calendar does not have');
  if (oauth.flow === 'client_credentials') {
    if (oauth.clientSecret === undefined)
      report.add([...at, 'clientSecret'], 'is missing: flow client_credentials needs it');
    if (oauth.provider === 'google')
      report.add(
        [...at, 'flow'],
        'Google has no client_credentials for mailboxes; use authorization_code',
      );
    if (
      oauth.provider === 'microsoft' &&
      (oauth.tenant === undefined || oauth.tenant === 'common')
    ) {
      report.add(
        [...at, 'tenant'],
        'is missing: Microsoft 365 with client_credentials needs the directory (tenant) id',
      );
    }
  }
  if (oauth.provider === 'google' && oauth.flow === 'device_code') {
    report.warn(
      [...at, 'flow'],
      'Google does not grant mail access by device code; use authorization_code',
    );
  }
  if (oauth.provider !== 'microsoft' && oauth.tenant !== undefined) {
    report.add([...at, 'tenant'], 'belongs to provider microsoft alone');
  }
}

function isSafeEndpoint(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && (parsed.protocol === 'https:' || isLoopback(parsed.hostname));
}
