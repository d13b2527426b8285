import { describe, expect, it } from '@jest/globals';
import { alarmLabel, mailboxLabels } from './mailbox-labels.js';

const labels = mailboxLabels([
  { mailbox: 'suporte', private: false },
  { mailbox: 'rh', private: true },
  { mailbox: 'financeiro', private: true },
]);

describe('D20: labels of metrics', () => {
  it('name public mailboxes and number private ones in the order of their keys', () => {
    expect([...labels]).toEqual([
      ['suporte', 'suporte'],
      ['rh', 'private-2'],
      ['financeiro', 'private-1'],
    ]);
  });

  it.each([
    ['mailbox.suporte', 'mailbox.suporte'],
    ['automation.loop.financeiro', 'automation.loop.private-1'],
    ['intake.undeliverable.rh.1.7', 'intake.undeliverable.private-2.1.7'],
    ['storage.unreachable', 'storage.unreachable'],
  ])('an alarm %s is %s', (key, label) => {
    expect(alarmLabel(key, labels)).toBe(label);
  });
});
