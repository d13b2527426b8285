import { describe, expect, it } from '@jest/globals';
import { DeadlinesConfig, type PromiseConfig } from '../../../config/index.js';
import type { ClockKind } from './clock.js';
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
const keys = (kind: ClockKind, changes: Partial<typeof context> | object = {}) =>
  choosePolicies(everywhere, kind, { ...context, ...changes }).map(({ key }) => key);

describe('the choice of a promise', () => {
  it('D19: tag → reason → queue → mailbox → default', () => {
    expect(keys('first_return')).toEqual(['tag:premium']);
    expect(keys('first_return', { tags: ['other'] })).toEqual(['reason:leads']);
    expect(keys('first_return', { tags: [], reasonKey: null })).toEqual(['queue:product']);
    expect(keys('first_return', { tags: [], reasonKey: 'x', queueKey: 'x' })).toEqual([
      'mailbox:suporte',
    ]);
    expect(
      keys('first_return', { tags: [], reasonKey: null, queueKey: 'x', mailboxKey: null }),
    ).toEqual(['default']);
  });

  it('D19: a level without a promise of this kind is passed over', () => {
    expect(keys('resolution')).toEqual(['queue:product']);
    expect(keys('resolution', { queueKey: 'support' })).toEqual(['default']);
  });

  it('D19: several tags each keep their promise', () => {
    expect(keys('first_return', { tags: ['vip', 'premium', 'vip'] })).toEqual([
      'tag:premium',
      'tag:vip',
    ]);
  });

  it('names of JavaScript’s own are no policies', () => {
    expect(
      keys('first_return', {
        tags: ['constructor', '__proto__'],
        reasonKey: 'toString',
        queueKey: 'x',
        mailboxKey: null,
      }),
    ).toEqual(['default']);
  });

  it('D13, D14: 3 business days for a return, 6 for an escalation, warning 4 hours before (D19)', () => {
    const promiseOf = (kind: ClockKind) =>
      choosePolicies(new DeadlinesConfig(), kind, context)[0]?.promise;
    expect(promiseOf('next_return')).toEqual({ businessDays: 3, warnBusinessHours: 4 });
    expect(promiseOf('resolution')).toEqual({ businessDays: 6, warnBusinessHours: 4 });
  });

  it('D13: the first and the next answer may have promises of their own, at every level', () => {
    const both = Object.assign(new DeadlinesConfig(), {
      firstReturn: days(2),
      byQueue: { product: { nextReturn: days(1) } },
    });
    const of = (kind: ClockKind, queueKey: string) =>
      choosePolicies(both, kind, { ...context, tags: [], reasonKey: null, queueKey })[0];
    expect(of('first_return', 'support')).toMatchObject({
      key: 'default',
      promise: { businessDays: 2 },
    });
    expect(of('next_return', 'support')).toMatchObject({ promise: { businessDays: 3 } });
    expect(of('next_return', 'product')).toMatchObject({
      key: 'queue:product',
      promise: { businessDays: 1 },
    });
    expect(of('first_return', 'product')).toMatchObject({ key: 'default' });
  });

  it('overall resolution and internal targets are promised only where they are configured', () => {
    const none = new DeadlinesConfig();
    const some = Object.assign(new DeadlinesConfig(), {
      byTag: { premium: { overallResolution: { businessMinutes: 540, warnBusinessHours: 1 } } },
      internalReturn: { ...days(1), counting: 'after_hours_next_day' },
    });
    for (const kind of ['overall_resolution', 'internal_return', 'internal_resolution'] as const)
      expect(choosePolicies(none, kind, context)).toEqual([]);
    expect(choosePolicies(some, 'overall_resolution', context)[0]).toMatchObject({
      key: 'tag:premium',
      promise: { businessMinutes: 540 },
    });
    expect(choosePolicies(some, 'internal_return', context)[0]?.promise).toEqual({
      businessDays: 1,
      warnBusinessHours: 4,
      counting: 'after_hours_next_day',
    });
  });

  it('D16: business minutes exclude business days', () => {
    const minutes = Object.assign(new DeadlinesConfig(), {
      return: { businessMinutes: 90, warnBusinessHours: 1 },
    });
    expect(choosePolicies(minutes, 'first_return', context)[0]?.promise).toEqual({
      businessMinutes: 90,
      warnBusinessHours: 1,
    });
  });
});
