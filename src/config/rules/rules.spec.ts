import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../load.js';
import type { ConfigProblem } from '../problems.js';

const ENV = { PASSWORD: 'x' };

interface Parts {
  readonly company?: string;
  readonly http?: string;
  /** Further lines of the mailbox, at its indentation. */
  readonly mailbox?: string;
  readonly authservIds?: string;
  readonly imap?: string;
  readonly smtp?: string;
  readonly more?: string;
}

function text({ company, http, mailbox, authservIds, imap, smtp, more }: Parts): string {
  return `
company: { name: Empresa${company ?? ''} }
http: { publicUrl: ${http ?? 'https://ajuda.empresa.com.br'} }
mailboxes:
  suporte:
    address: suporte@empresa.com.br
    queue: suporte
    imap: { host: imap.empresa.com.br, ${imap ?? 'password: x'} }
    smtp: { host: smtp.empresa.com.br${smtp ?? ''} }
    trustedAuthservIds: ${authservIds ?? '[mx.empresa.com.br]'}
${mailbox ?? ''}
${more ?? ''}
`;
}

/** `path: reason` of every problem. */
function problemsOf(parts: Parts): string[] {
  const result = parseConfig(text(parts), { env: ENV, baseDirectory: '/' });
  return 'problems' in result
    ? result.problems.map(({ path, reason }) => `${path}: ${reason}`)
    : [];
}

function warningsWith(parts: Parts): readonly ConfigProblem[] {
  const result = parseConfig(text(parts), { env: ENV, baseDirectory: '/' });
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result.warnings;
}

function warningsOf(parts: Parts): string[] {
  return warningsWith(parts).map(({ path }) => path);
}

const OAUTH = 'clientId: c';
const KEY = 'security: { masterKeys: [{ id: a, secret: "01234567890123456789012345678901" }] }';

describe('refused', () => {
  const cases: [string, Parts, string][] = [
    [
      'an authorization that ends on a day that there is not',
      { imap: `oauth2: { provider: google, ${OAUTH}, expiresOn: 2026-02-30 }`, more: KEY },
      'mailboxes.suporte.imap.oauth2.expiresOn: is a day that the calendar does not have',
    ],
    [
      'a critical limit before the warning',
      { more: 'limits: { expiryWarningDays: 3, expiryCriticalDays: 4 }' },
      'limits.expiryCriticalDays: is longer than expiryWarningDays',
    ],
    [
      'a queue that does not exist',
      { more: 'reasons: { x: { label: X, queue: nenhuma } }' },
      'reasons.x.queue: names no queue',
    ],
    [
      'a ticket that would be resolved with its reminder',
      { more: 'automation: { awaitingCustomer: { remindAfter: 6 } }' },
      'automation.awaitingCustomer.resolveAfter: must be more than remindAfter',
    ],
    [
      'the same for a queue',
      { more: 'queues: { suporte: { name: S, awaitingCustomer: { resolveAfter: 2 } } }' },
      'queues.suporte.awaitingCustomer.resolveAfter: must be more than remindAfter',
    ],
    [
      'the same for a mailbox',
      { mailbox: '    awaitingCustomer: { remindAfter: 8, resolveAfter: 7 }' },
      'mailboxes.suporte.awaitingCustomer.resolveAfter: must be more than remindAfter',
    ],
    [
      'a retired queue',
      { more: 'queues: { suporte: { name: S, retired: true }, n1: { name: N } }' },
      'mailboxes.suporte.queue: names a retired queue',
    ],
    [
      'a fixed reason that does not exist',
      { mailbox: '    fixedReason: nada' },
      'mailboxes.suporte.fixedReason: names no reason',
    ],
    [
      'a fallback reason that does not exist',
      { mailbox: '    fallbackReason: nada' },
      'mailboxes.suporte.fallbackReason: names no reason',
    ],
    [
      'a calendar that does not exist',
      { mailbox: '    calendar: nada' },
      'mailboxes.suporte.calendar: names no calendar',
    ],
    [
      'a mailbox of the portal that does not exist',
      { more: 'portal: { mailbox: nada }' },
      'portal.mailbox: names no mailbox',
    ],
    [
      'a deadline of an unknown queue',
      { more: 'deadlines: { byQueue: { nada: { return: { businessDays: 1 } } } }' },
      'deadlines.byQueue.nada: names no queue',
    ],
    [
      'a retention of an unknown queue',
      { more: 'retention: { rawDaysByQueue: { nada: 30 } }' },
      'retention.rawDaysByQueue.nada: names no queue',
    ],
    [
      'a key with capitals',
      { more: 'queues: { suporte: { name: S }, Vendas: { name: V } }' },
      'queues.Vendas: is no usable name',
    ],
    [
      'false for a reason that is not shipped',
      { more: 'reasons: { lead: false }' },
      'reasons.lead: false leaves out a shipped reason',
    ],
    [
      'a redirect without its text',
      { more: 'reasons: { x: { label: X, queue: suporte, action: redirect } }' },
      'reasons.x.redirectText: is missing',
    ],

    [
      'a virus scanner without an address',
      { more: 'security: { clamd: { unscanned: serve } }' },
      'security.clamd: needs either socket or host',
    ],
    [
      'a virus scanner with two addresses',
      { more: 'security: { clamd: { socket: /run/clamd.ctl, host: 127.0.0.1 } }' },
      'security.clamd: needs either socket or host',
    ],
    [
      'an alias that is the address',
      { mailbox: '    aliases: [SUPORTE@empresa.com.br]' },
      'mailboxes.suporte.aliases[0]: stands twice',
    ],
    [
      'a move without a folder',
      { mailbox: '    after: move' },
      'mailboxes.suporte.moveTo: is missing',
    ],
    [
      'a folder without a move',
      { mailbox: '    moveTo: Feito' },
      'mailboxes.suporte.moveTo: has an effect only',
    ],
    [
      'a move into a watched folder',
      { mailbox: '    after: move\n    moveTo: INBOX' },
      'mailboxes.suporte.moveTo: is a folder that is watched',
    ],
    [
      'a start that is no day',
      { mailbox: '    startFrom: 2026-02-30' },
      'mailboxes.suporte.startFrom: must be now, all',
    ],
    [
      'a start without an offset',
      { mailbox: '    startFrom: 2026-02-20T10:00:00' },
      'mailboxes.suporte.startFrom: must be now, all',
    ],
    [
      'IMAP without a log-in',
      { imap: 'tls: implicit' },
      'mailboxes.suporte.imap: needs a password or oauth2',
    ],
    [
      'SMTP with a user and no password',
      { smtp: ', user: x' },
      'mailboxes.suporte.smtp: needs a password or oauth2',
    ],
    [
      'password and oauth2',
      { imap: `password: x, oauth2: { provider: google, ${OAUTH} }`, more: KEY },
      'mailboxes.suporte.imap: has both',
    ],
    [
      'oauth2 without a master key',
      { imap: `oauth2: { provider: google, ${OAUTH} }` },
      'security.masterKeys: is needed because mailbox suporte',
    ],
    [
      'a custom provider without endpoints',
      {
        imap: `oauth2: { provider: custom, flow: device_code, tokenEndpoint: 'https://login.example/token', ${OAUTH} }`,
        more: KEY,
      },
      'mailboxes.suporte.imap.oauth2.deviceAuthorizationEndpoint: is missing',
    ],
    [
      'a token endpoint in plain text',
      {
        imap: `oauth2: { provider: custom, flow: client_credentials, clientSecret: x, tokenEndpoint: 'http://login.example/token', ${OAUTH} }`,
        more: KEY,
      },
      'mailboxes.suporte.imap.oauth2.tokenEndpoint: must begin with https://',
    ],
    [
      'client credentials at Google',
      {
        imap: `oauth2: { provider: google, flow: client_credentials, clientSecret: x, ${OAUTH} }`,
        more: KEY,
      },
      'mailboxes.suporte.imap.oauth2.flow: Google has no client_credentials',
    ],
    [
      'client credentials at Microsoft without a tenant',
      {
        imap: `oauth2: { provider: microsoft, flow: client_credentials, clientSecret: x, ${OAUTH} }`,
        more: KEY,
      },
      'mailboxes.suporte.imap.oauth2.tenant: is missing',
    ],
    [
      'an agent with the address of a mailbox',
      { company: ', agentAddresses: [suporte@empresa.com.br]' },
      'company.agentAddresses[0]: is the address of a mailbox',
    ],

    [
      'D16: a business weekday without hours',
      {
        more: "calendars: { default: { hours: { mon: [{ from: '09:00', to: '18:00' }] }, businessDays: [mon, tue] } }",
      },
      'calendars.default.hours.tue: has no hours although it is a business day',
    ],
    [
      'D16: an interval that ends before it begins',
      {
        more: "calendars: { default: { hours: { mon: [{ from: '18:00', to: '09:00' }] }, businessDays: [mon] } }",
      },
      'calendars.default.hours.mon[0]: must end after it begins',
    ],
    [
      'D16: overlapping intervals',
      {
        more: "calendars: { default: { hours: { mon: [{ from: '09:00', to: '13:00' }, { from: '12:00', to: '18:00' }] }, businessDays: [mon] } }",
      },
      'calendars.default.hours.mon[1]: begins before the interval above it ends',
    ],
    [
      'a time that does not exist',
      {
        more: "calendars: { default: { hours: { mon: [{ from: '9:00', to: '18:00' }] }, businessDays: [mon] } }",
      },
      'calendars.default.hours.mon[0].from: must be a time as "HH:MM"',
    ],
    [
      'a zone that does not exist',
      { more: 'calendars: { default: { zone: America/Joinville } }' },
      'calendars.default.zone: must be a time zone',
    ],
    [
      'a holiday that does not exist',
      { more: "calendars: { default: { holidays: [{ date: '--02-30', name: X }] } }" },
      'calendars.default.holidays[0].date: is no day',
    ],
    [
      'a holiday twice',
      {
        more: "calendars: { default: { holidays: [{ date: '--03-09', name: X }, { date: '--03-09', name: Y }] } }",
      },
      'calendars.default.holidays[1].date: stands twice',
    ],
    [
      'a special day without hours',
      { more: "calendars: { default: { specialDays: [{ date: '2026-12-24', name: X }] } }" },
      'calendars.default.specialDays[0]: needs intervals',
    ],
    [
      'a special day closed and open',
      {
        more: "calendars: { default: { specialDays: [{ date: '2026-12-24', name: X, closed: true, intervals: [{ from: '09:00', to: '12:00' }] }] } }",
      },
      'calendars.default.specialDays[0]: is closed and has intervals',
    ],
    [
      'no business days at all',
      { more: 'calendars: { default: { businessDays: [] } }' },
      'calendars.default.businessDays: is empty',
    ],

    [
      'a promise of both kinds',
      { more: 'deadlines: { return: { businessDays: 1, businessMinutes: 60 } }' },
      'deadlines.return: has both',
    ],
    [
      'a promise of nothing',
      { more: 'deadlines: { byTag: { vip: { return: { warnBusinessHours: 1 } } } }' },
      'deadlines.byTag.vip.return: needs businessDays or businessMinutes',
    ],
    [
      'a trailing slash',
      { http: 'https://ajuda.empresa.com.br/' },
      'http.publicUrl: must be a URL',
    ],
    [
      'a trailing slash behind a path',
      { http: 'https://empresa.com.br/ajuda/' },
      'http.publicUrl: must be a URL',
    ],
    [
      'insecure cookies on the network',
      { http: 'https://ajuda.empresa.com.br, cookies: { secure: false }' },
      'http.cookies.secure: may be false only',
    ],
    [
      'a short key',
      { more: 'security: { hmacKeys: [{ id: a, secret: short }] }' },
      'security.hmacKeys[0].secret: must be longer than or equal to 32',
    ],
    [
      'a key id twice',
      {
        more: 'security: { hmacKeys: [{ id: a, secret: "01234567890123456789012345678901" }, { id: a, secret: "01234567890123456789012345678902" }] }',
      },
      'security.hmacKeys[1].id: stands twice',
    ],
    [
      'a session that outlives itself',
      { more: 'security: { sessionIdleMinutes: 120, sessionMaxHours: 1 }' },
      'security.sessionIdleMinutes: is longer',
    ],
    [
      'a text where a list belongs',
      { company: ', domains: empresa.com.br' },
      'company.domains: must be a list',
    ],
    ['no mailbox', { mailbox: '    retired: true' }, 'mailboxes: holds no mailbox that is in use'],
  ];

  it.each(cases)('%s', (_name, parts, expected) => {
    const problems = problemsOf(parts);
    expect(problems).toEqual([expect.stringContaining(expected)]);
  });

  it('one address in two mailboxes, and a retired mailbox gives its address free', () => {
    const second = (more: string): Parts => ({
      mailbox: `
  segunda:
    address: segunda@empresa.com.br
    aliases: [suporte@empresa.com.br]
    queue: suporte
    imap: { host: h, password: x }
    smtp: { host: h }
    ${more}`,
    });
    expect(problemsOf(second(''))).toEqual([
      'mailboxes.segunda.aliases[0]: belongs to mailbox suporte already',
    ]);
    expect(problemsOf(second('retired: true'))).toEqual([]);
  });
});

describe('allowed', () => {
  const cases: [string, Parts][] = [
    [
      'a server in plain text on loopback',
      { http: 'http://localhost:3000, cookies: { secure: false }' },
    ],
    ['a path in the public URL', { http: 'https://empresa.com.br/ajuda' }],
    ['a start by instant with offset', { mailbox: '    startFrom: 2026-02-20T10:00:00-03:00' }],
    [
      'midnight as the end of a day',
      {
        more: "calendars: { default: { hours: { mon: [{ from: '18:00', to: '24:00' }] }, businessDays: [mon] } }",
      },
    ],
    [
      '29 February every year',
      { more: "calendars: { default: { holidays: [{ date: '--02-29', name: X }] } }" },
    ],
    [
      'an oauth2 client at Microsoft',
      {
        imap: `oauth2: { provider: microsoft, flow: client_credentials, clientSecret: x, tenant: t, ${OAUTH} }`,
        more: KEY,
      },
    ],
    [
      'sections with nothing in them',
      { more: 'limits:\nportal:\nreasons:\nqueues:\ncalendars:\ndeadlines:' },
    ],
    ['anchors of the operator', { more: 'x-servers: { any: thing }' }],
  ];

  it.each(cases)('%s', (_name, parts) => {
    expect(problemsOf(parts)).toEqual([]);
  });
});

describe('warned of', () => {
  it('a probe that observe keeps from leaving', () => {
    const canary = 'mailboxes.suporte.canary';
    expect(warningsOf({ mailbox: '    mode: observe\n    canary: {}' })).toContain(canary);
    expect(warningsOf({ mailbox: '    canary: {}' })).not.toContain(canary);
  });
  it('plain text over the network, for mail and for browsers', () => {
    expect(
      warningsOf({
        imap: "password: '${PASSWORD}', tls: none",
        http: 'http://ajuda.empresa.com.br',
      }),
    ).toEqual(['mailboxes.suporte.imap.tls', 'http.publicUrl']);
  });

  it.each<[string, Parts, string]>([
    [
      'days of keeping raw mail',
      { more: 'retention: { rawDaysByQueue: { financeiro: 30 } }' },
      'retention.rawDaysByQueue',
    ],
  ])('%s: accepted, and not in use yet', (_name, parts, path) => {
    const [warning, ...further] = warningsWith({ imap: "password: '${PASSWORD}'", ...parts });
    expect(warning?.path).toBe(path);
    expect(warning?.reason).toContain('not in use yet');
    expect(further).toEqual([]);
  });

  it('nobody whose word on SPF, DKIM and DMARC counts; not for a retired mailbox', () => {
    const parts: Parts = { imap: "password: '${PASSWORD}'", authservIds: '[]' };
    const [warning, ...further] = warningsWith(parts);
    expect(warning?.path).toBe('mailboxes.suporte.trustedAuthservIds');
    expect(warning?.reason).toContain('verdicts of SPF, DKIM and DMARC are not read');
    expect(further).toEqual([]);
    const retired =
      "    retired: true\n  nova:\n    address: nova@empresa.com.br\n    queue: suporte\n    trustedAuthservIds: [mx]\n    imap: { host: h, password: '${PASSWORD}' }\n    smtp: { host: h }";
    expect(warningsWith({ ...parts, mailbox: retired })).toEqual([]);
    const verified = '    verifyAuthentication: true';
    expect(warningsWith({ ...parts, mailbox: verified })).toEqual([]);
  });

  it('D4, D20: a fixed reason of a private mailbox that belongs to another queue', () => {
    const parts: Parts = {
      imap: "password: '${PASSWORD}'",
      mailbox: '    fixedReason: dominios',
      more: 'queues: { suporte: { name: S, private: true }, n1: { name: N } }\nreasons: { dominios: { queue: n1 } }',
    };
    expect(warningsOf(parts)).toEqual(['mailboxes.suporte.fixedReason']);
  });
});
