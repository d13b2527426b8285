import { describe, expect, it } from '@jest/globals';
import { authorizationEnd, expirySentence, inUse, urgencyOf, type Expiry } from './expiry.js';

const NOW = new Date('2026-11-05T13:00:00Z');
const LIMITS = { expiryWarningDays: 14, expiryCriticalDays: 3 };
const inDays = (days: number): Date => new Date(NOW.getTime() + days * 86_400_000);
const servers = {
  imap: { host: 'imap.hd.test', tls: 'implicit' },
  smtp: { host: 'smtp.hd.test', tls: 'none' },
  retired: false,
};
const expiry = (what: Expiry['what']): Expiry => ({
  mailboxKey: 'suporte',
  what,
  expiresAt: NOW,
});

describe('what runs out', () => {
  it.each([
    ['a month ahead', 30, null],
    ['at the first limit', 14, 'warning'],
    ['between the limits', 3.5, 'warning'],
    ['at the second limit', 3, 'critical'],
    ['when it is over', -1, 'critical'],
  ])('is urgent by its limits: %s', (_name, days, urgency) => {
    expect(urgencyOf(inDays(days), NOW, LIMITS)).toBe(urgency);
  });

  it('counts only where the configuration still depends on it', () => {
    const all = (['certificate_imap', 'certificate_smtp', 'authorization'] as const).map(expiry);
    const used = (mailbox: Parameters<typeof inUse>[1][string]): string[] =>
      inUse(all, { suporte: mailbox }).map(({ what }) => what);
    expect(used(servers)).toEqual(['certificate_imap']);
    const google = { ...servers, smtp: { host: 'x', tls: 'starttls', oauth2: {} } };
    expect(used(google)).toEqual(['certificate_imap', 'certificate_smtp', 'authorization']);
    expect(used({ ...google, retired: true })).toEqual([]);
    expect(inUse(all, {})).toEqual([]);
  });

  it('says whose it is and what to do', () => {
    expect(expirySentence(expiry('certificate_imap'), servers)).toContain('imap.hd.test');
    expect(expirySentence(expiry('certificate_smtp'), servers)).toContain('smtp.hd.test');
    expect(expirySentence(expiry('authorization'), servers)).toContain('mailbox authorize suporte');
  });

  it('an authorization ends with its last day in our zone, or when the endpoint says, whichever is first', () => {
    const zone = 'America/Sao_Paulo';
    expect(authorizationEnd(null, undefined, zone)).toBeNull();
    expect(authorizationEnd(NOW, undefined, zone)).toEqual(NOW);
    expect(authorizationEnd(null, '2026-11-05', zone)).toEqual(new Date('2026-11-06T03:00:00Z'));
    expect(authorizationEnd(NOW, '2026-11-05', zone)).toEqual(NOW);
    expect(authorizationEnd(inDays(9), '2026-11-05', zone)).toEqual(
      new Date('2026-11-06T03:00:00Z'),
    );
  });
});
