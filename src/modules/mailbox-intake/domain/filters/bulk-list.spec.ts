import { describe, expect, it } from '@jest/globals';
import { bulkList } from './bulk-list.js';
import { context, mail, mailbox } from './filter-cases.js';

const listing = { mailbox: mailbox({ automaticMail: 'bulk_list' }) };
const automatic = { automatic: 'Auto-Submitted: auto-generated' };

describe('bulk-list', () => {
  it('D21: automatic mail goes onto the list of its civil day in the mailbox’s zone', () => {
    const receivedAt = new Date('2026-11-06T01:30:00Z');
    expect(
      bulkList.run(mail(), context({ ...listing, receivedAt, findings: automatic })),
    ).toMatchObject({ plan: { kind: 'bulk_list', day: '2026-11-05', queueKey: 'support' } });
  });
  it.each([
    ['what a person sent', { ...listing }],
    ['what is suspected', { ...listing, findings: { ...automatic, suspected: 'X-Spam' } }],
    ['a mailbox that wants tickets', { findings: automatic }],
  ])('D21: %s passes', (_name, differs) => {
    expect(bulkList.run(mail(), context(differs)).verdict).toBe('pass');
  });
});
