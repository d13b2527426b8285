import { describe, expect, it } from '@jest/globals';
import { DeadlinesConfig, type PromiseConfig } from '../../../config/index.js';
import { choosePolicies } from './policy.js';

const days = (businessDays: number): PromiseConfig => ({ businessDays, warnBusinessHours: 4 });
const everywhere = Object.assign(new DeadlinesConfig(), {
  byTag: { premium: { return: days(1) }, vip: { return: days(2) } },
  byReason: { leads: { return: days(4) } },
  byQueue: { product: { return: days(5), resolution: days(9) } },
  byMailbox: { suporte: { return: days(6) } },
});
const context = {
  tags: ['premium'],
  reasonKey: 'leads',
  queueKey: 'product',
  mailboxKey: 'suporte',
};
const keys = (kind: 'return' | 'resolution', changes: Partial<typeof context> | object = {}) =>
  choosePolicies(everywhere, kind, { ...context, ...changes }).map(({ key }) => key);

describe('the choice of a promise', () => {
  it('D19: tag → reason → queue → mailbox → default', () => {
    expect(keys('return')).toEqual(['tag:premium']);
    expect(keys('return', { tags: ['other'] })).toEqual(['reason:leads']);
    expect(keys('return', { tags: [], reasonKey: null })).toEqual(['queue:product']);
    expect(keys('return', { tags: [], reasonKey: 'x', queueKey: 'x' })).toEqual([
      'mailbox:suporte',
    ]);
    expect(keys('return', { tags: [], reasonKey: null, queueKey: 'x', mailboxKey: null })).toEqual([
      'default',
    ]);
  });

  it('D19: a level without a promise of this kind is passed over', () => {
    expect(keys('resolution')).toEqual(['queue:product']);
    expect(keys('resolution', { queueKey: 'support' })).toEqual(['default']);
  });

  it('D19: several tags each keep their promise', () => {
    expect(keys('return', { tags: ['vip', 'premium', 'vip'] })).toEqual(['tag:premium', 'tag:vip']);
  });

  it('names of JavaScript’s own are no policies', () => {
    expect(
      keys('return', {
        tags: ['constructor', '__proto__'],
        reasonKey: 'toString',
        queueKey: 'x',
        mailboxKey: null,
      }),
    ).toEqual(['default']);
  });

  it('D13, D14: 3 business days for a return, 6 for an escalation, warning 4 hours before (D19)', () => {
    const promiseOf = (kind: 'return' | 'resolution') =>
      choosePolicies(new DeadlinesConfig(), kind, context)[0]?.promise;
    expect(promiseOf('return')).toEqual({ businessDays: 3, warnBusinessHours: 4 });
    expect(promiseOf('resolution')).toEqual({ businessDays: 6, warnBusinessHours: 4 });
  });

  it('D16: business minutes exclude business days', () => {
    const minutes = Object.assign(new DeadlinesConfig(), {
      return: { businessMinutes: 90, warnBusinessHours: 1 },
    });
    expect(choosePolicies(minutes, 'return', context)[0]?.promise).toEqual({
      businessMinutes: 90,
      warnBusinessHours: 1,
    });
  });
});
