import { describe, expect, it } from '@jest/globals';
import { context, mail, proof } from './filter-cases.js';
import { readReceipt } from './read-receipt.js';

const receipt = mail({
  report: { type: 'disposition-notification', status: '', originalHeader: '' },
});

describe('read-receipt', () => {
  it('D21: stays with the ticket it is about', () => {
    expect(readReceipt.run(receipt, context({ proofs: [proof()] }))).toMatchObject({
      plan: { kind: 'machine', what: 'receipt', ticketId: '1000001' },
    });
  });
  it('D22: is recorded where it is about none of ours', () => {
    expect(readReceipt.run(receipt, context())).toMatchObject({
      plan: { kind: 'record', disposition: 'receipt' },
    });
  });
  it('ordinary mail passes', () => expect(readReceipt.run(mail(), context()).verdict).toBe('pass'));
});
