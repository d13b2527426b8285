import { describe, expect, it } from '@jest/globals';
import type { SendOutcome } from '../../mailboxes/index.js';
import { healthAfter, slotsAllowed, type LaneHealth } from './lane-health.js';

const NOW = new Date('2026-11-05T13:00:00.000Z');
const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1_000);
const OK: LaneHealth = { kind: 'ok' };
const stopped: SendOutcome = { kind: 'mailbox_stopped', code: 535, response: '535 no' };
const taken: SendOutcome = { kind: 'accepted', response: '250', recipients: [] };
const fault = (code: number | null): SendOutcome => ({
  kind: 'temporary',
  code,
  response: 'x',
  recipients: [],
});

describe('how sending of a mailbox fares', () => {
  it('connections that break together are one fault', () => {
    let health: LaneHealth = OK;
    for (let index = 0; index < 4; index += 1) health = healthAfter(health, stopped, NOW, NOW);
    expect(health).toMatchObject({ kind: 'stopped', faults: 1, retryAt: later(30) });
    health = healthAfter(health, stopped, later(30), later(31));
    expect(health).toMatchObject({ faults: 2, retryAt: later(91) });
  });

  it('a pause grows to fifteen minutes and ends with the first success', () => {
    let health: LaneHealth = OK;
    let at = 0;
    for (let index = 0; index < 8; index += 1) {
      health = healthAfter(health, stopped, later(at), later(at));
      if (health.kind !== 'ok') at = (health.retryAt.getTime() - NOW.getTime()) / 1_000;
    }
    expect(health).toMatchObject({ faults: 8 });
    expect(healthAfter(health, taken, later(at), later(at))).toEqual(OK);
  });

  it('an unreachable server and a 421 slow the lane; a 450 is about one mail', () => {
    expect(healthAfter(OK, fault(null), NOW, NOW)).toMatchObject({ kind: 'failing' });
    expect(healthAfter(OK, fault(421), NOW, NOW)).toMatchObject({ kind: 'failing' });
    expect(healthAfter(OK, fault(450), NOW, NOW)).toEqual(OK);
  });

  it('an unknown fate says nothing about the server', () => {
    const failing = healthAfter(OK, fault(null), NOW, NOW);
    expect(healthAfter(failing, { kind: 'unknown', response: '' }, NOW, NOW)).toBe(failing);
  });

  it('slots: all when well, none in a pause, one to find out afterwards', () => {
    const health = healthAfter(OK, stopped, NOW, NOW);
    expect(slotsAllowed(OK, 1, 4, NOW)).toBe(3);
    expect(slotsAllowed(OK, 5, 4, NOW)).toBe(0);
    expect(slotsAllowed(health, 0, 4, later(29))).toBe(0);
    expect(slotsAllowed(health, 0, 4, later(30))).toBe(1);
    expect(slotsAllowed(health, 1, 4, later(30))).toBe(0);
  });
});
