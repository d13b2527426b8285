import { describe, expect, it } from '@jest/globals';
import {
  asksForIdentification,
  decideAcknowledgement,
  type AcknowledgementSituation,
} from './acknowledgement.js';

const NOW = new Date('2026-11-05T13:00:00Z');
const DUE = new Date('2026-11-10T21:00:00Z');
const hoursAgo = (hours: number): Date => new Date(NOW.getTime() - hours * 3_600_000);

const situation = (about: Partial<AcknowledgementSituation> = {}): AcknowledgementSituation => ({
  wanted: true,
  fromPerson: true,
  lane: 'inbox',
  address: 'ana@cliente.example',
  automaticMailAllowed: true,
  mailboxKey: 'suporte',
  now: NOW,
  receivedAt: hoursAgo(0),
  dueAt: DUE,
  sentInLastHour: 0,
  perSenderHour: 5,
  isFollowUp: false,
  redirectNow: false,
  ...about,
});

describe('the decision about an acknowledgement', () => {
  it.each<[string, Partial<AcknowledgementSituation>, unknown]>([
    ['D7: one, with the date', {}, { kind: 'send', template: 'acknowledgement', promisedAt: DUE }],
    [
      'D9: a follow-up says so',
      { isFollowUp: true },
      { kind: 'send', template: 'follow-up-opened', promisedAt: DUE },
    ],
    ['D21: not where intake said no', { wanted: { no: 'list' } }, { kind: 'none', why: 'list' }],
    [
      'D21: never to automatic mail',
      { fromPerson: false },
      { kind: 'none', why: 'automatic_message' },
    ],
    ['D23: not to a suspect', { lane: 'suspected' }, { kind: 'none', why: 'lane_suspected' }],
    ['D22: not for a stub', { lane: 'quarantined' }, { kind: 'none', why: 'lane_quarantined' }],
    ['D27: not without a sender', { address: null }, { kind: 'none', why: 'no_usable_sender' }],
    [
      'D26: not to a Reply-To elsewhere',
      { automaticMailAllowed: false },
      { kind: 'none', why: 'reply_to_elsewhere' },
    ],
    ['nobody could send it', { mailboxKey: null }, { kind: 'none', why: 'no_mailbox' }],
    [
      'D7: the fifth is sent',
      { sentInLastHour: 4 },
      { kind: 'send', template: 'acknowledgement', promisedAt: DUE },
    ],
    ['D7: the sixth waits for the summary', { sentInLastHour: 5 }, { kind: 'summary' }],
    ['D5: another channel', { redirectNow: true }, { kind: 'redirect' }],
    [
      'D5 D7: not even that beyond five',
      { redirectNow: true, sentInLastHour: 9 },
      { kind: 'summary' },
    ],
    [
      'D15: 24 h old is in time',
      { receivedAt: hoursAgo(24) },
      { kind: 'send', template: 'acknowledgement', promisedAt: DUE },
    ],
    [
      'D15: older than 24 h is late, with the real date ahead',
      { receivedAt: hoursAgo(24.01) },
      { kind: 'send', template: 'acknowledgement-late', promisedAt: DUE },
    ],
    [
      'D15: the date has passed: none is promised',
      { dueAt: hoursAgo(1), receivedAt: hoursAgo(100) },
      { kind: 'send', template: 'acknowledgement-late', promisedAt: null },
    ],
    [
      'D15: due this very instant has passed',
      { dueAt: NOW },
      { kind: 'send', template: 'acknowledgement-late', promisedAt: null },
    ],
    [
      'no clock: nothing is promised',
      { dueAt: null },
      { kind: 'send', template: 'acknowledgement', promisedAt: null },
    ],
  ])('%s', (_name, about, expected) => {
    expect(decideAcknowledgement(situation(about))).toEqual(expected);
  });

  it.each([
    [null, null, null, true],
    ['1', null, null, false],
    [null, 'a@b.example', null, false],
    [null, null, NOW, false],
  ])(
    'D7: asks once, where both are unknown (%j, %j, asked %j): %j',
    (supportId, accessEmail, identificationAskedAt, expected) => {
      expect(asksForIdentification({ supportId, accessEmail, identificationAskedAt })).toBe(
        expected,
      );
    },
  );
});
