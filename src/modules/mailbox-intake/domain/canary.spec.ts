import { describe, expect, it } from '@jest/globals';
import { canaryMail, canaryTokenIn, isDue, latenessOf, type CanaryStanding } from './canary.js';
import { canary } from './filters/canary.js';
import { context, mail } from './filters/filter-cases.js';
import { actsOnServer, serverActFor } from './server-act.js';

const NOW = new Date('2026-11-05T13:00:00Z');
const TOKEN = `${'0a'.repeat(16)}.${'v'.repeat(16)}`;
const ago = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1000);
const standing = (differs: Partial<CanaryStanding> = {}): CanaryStanding => ({
  mailboxKey: 'suporte',
  lastSentAt: null,
  arrivedIn: null,
  waitingSince: null,
  accepted: true,
  error: null,
  watched: true,
  ...differs,
});

describe('a probe', () => {
  it('says that a machine sent it, to the mailbox alone, and carries its token twice', () => {
    const probe = canaryMail({
      address: 'suporte@hd.test',
      name: 'Suporte',
      envelopeFrom: '',
      nonce: '0a'.repeat(16),
      token: TOKEN,
      now: NOW,
    });
    expect(probe.envelope).toEqual({ from: '', to: ['suporte@hd.test'] });
    expect(probe.headers).toMatchObject({ 'Auto-Submitted': 'auto-generated' });
    expect(canaryTokenIn({ headers: {}, subject: probe.subject })).toBe(TOKEN);
    expect(canaryTokenIn({ headers: { 'x-helpdesk-canary': [TOKEN] }, subject: 'x' })).toBe(TOKEN);
  });

  it.each([
    ['ordinary mail', 'Preciso de ajuda'],
    ['a token cut short', `Sonda ${TOKEN.slice(1)}`],
    ['a token behind a page of text', `${'x '.repeat(200)}${TOKEN}`],
  ])('nothing looks like a token in %s', (_name, subject) => {
    expect(canaryTokenIn({ headers: {}, subject })).toBeNull();
  });

  it.each([
    ['the first one, at once', standing(), true],
    ['not before the mailbox was looked at once', standing({ watched: false }), false],
    ['not before it is time', standing({ lastSentAt: ago(899) }), false],
    ['when it is time', standing({ lastSentAt: ago(900) }), true],
    ['when the clock was set back', standing({ lastSentAt: ago(-1800) }), true],
  ])('is due: %s', (_name, given, due) => expect(isDue(given, 15, NOW)).toBe(due));

  const late = (
    given: CanaryStanding,
    seen = { watchingSince: ago(86_400), alarmed: false },
  ): string | null => latenessOf(given, { lateAfterSeconds: 300 }, NOW, seen);

  it('is late after the seconds that are allowed', () => {
    expect(late(standing())).toBeNull();
    expect(late(standing({ waitingSince: ago(299) }))).toBeNull();
    expect(late(standing({ waitingSince: ago(300) }))).toContain('has not been found by IMAP');
  });

  it('after a stop is given its time to be read, unless the alarm stands', () => {
    const waiting = standing({ waitingSince: ago(3600) });
    expect(late(waiting, { watchingSince: ago(299), alarmed: false })).toBeNull();
    expect(late(waiting, { watchingSince: ago(299), alarmed: true })).not.toBeNull();
  });

  it('says how far it came', () => {
    const waiting = { waitingSince: ago(300), accepted: false };
    expect(late(standing({ ...waiting, error: '535 no' }))).toContain(
      'SMTP did not take it: 535 no',
    );
    expect(late(standing({ ...waiting, error: 'The server refuses.' }))).toMatch(/refuses\.$/);
    expect(late(standing(waiting))).toContain('not known');
  });
});

describe('the filter canary', () => {
  const known = { kind: 'known', canaryId: '7' } as const;
  const ours = mail({ from: { address: 'suporte@hd.test', name: '' } });
  it('D22: recognises the probe that we wait for, in the inbox and in Junk', () => {
    for (const folderRole of ['inbox', 'junk'] as const) {
      expect(canary.run(ours, context({ canary: known, folderRole }))).toMatchObject({
        verdict: 'decided',
        plan: { kind: 'canary', canaryId: '7' },
      });
    }
  });
  it('D22: lets everything else go its way, and says why', () => {
    expect(canary.run(ours, context())).toEqual({ verdict: 'pass' });
    const forged = context({ canary: { kind: 'refused', why: 'bad_signature' } });
    expect(canary.run(ours, forged)).toMatchObject({
      verdict: 'pass',
      evidence: { why: 'bad_signature' },
    });
    expect(canary.run(mail(), context({ canary: known }))).toMatchObject({ verdict: 'pass' });
  });
});

describe('what is done on the server', () => {
  const remove = { everyMinutes: 15, lateAfterSeconds: 300, remove: true };
  it('D22: nothing by default, whatever the message was', () => {
    const mailbox = { mode: 'live', after: 'keep' } as const;
    expect(serverActFor(mailbox, 'canary')).toBe('keep');
    expect(actsOnServer(mailbox)).toBe(false);
    expect(actsOnServer({ ...mailbox, canary: { ...remove, remove: false } })).toBe(false);
  });
  it('D22: canary.remove concerns probes alone, and observe does nothing', () => {
    const mailbox = { mode: 'live', after: 'keep', canary: remove } as const;
    expect(serverActFor(mailbox, 'canary')).toBe('remove');
    expect(serverActFor(mailbox, 'ticket_opened')).toBe('keep');
    expect(actsOnServer(mailbox)).toBe(true);
    expect(actsOnServer({ ...mailbox, mode: 'observe' })).toBe(false);
    expect(serverActFor({ ...mailbox, after: 'seen' }, 'loop')).toBe('seen');
  });
});
