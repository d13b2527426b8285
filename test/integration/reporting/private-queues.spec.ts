import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestAgent } from '../../support/http-app.js';
import { ReportingDesk } from './reporting-desk.js';

const RANGE = 'from=2026-11-01&to=2026-11-05';
const DIMENSIONS = ['queue', 'reason', 'agent', 'mailbox', 'channel'] as const;

/** Every report in every grouping, JSON and CSV. */
const PATHS = ['compliance', 'times', 'closures', 'volume', 'peak-hours', 'backlog', 'feedback']
  .flatMap((name) => [name, ...DIMENSIONS.map((groupBy) => `${name}?groupBy=${groupBy}`)])
  .concat('feedback/comments')
  .map((path) => {
    const ranged = path.startsWith('backlog') ? '' : RANGE;
    return `${path}${path.includes('?') ? '&' : '?'}${ranged}`;
  })
  .flatMap((path) => [path, `${path}&format=csv`]);

describe('D20: reports and private queues', () => {
  let desk: ReportingDesk;
  let ana: TestAgent;
  let sonia: TestAgent;
  let admin: TestAgent;
  let fabio: TestAgent;

  beforeAll(async () => {
    desk = await ReportingDesk.open();
    ana = await desk.http.agent({ email: 'ana@empresa.example', queues: ['suporte'] });
    sonia = await desk.http.agent({
      email: 'sonia@empresa.example',
      role: 'supervisor',
      queues: ['suporte'],
    });
    admin = await desk.http.agent({ email: 'admin@empresa.example', role: 'admin' });
    fabio = await desk.http.agent({ email: 'fabio@empresa.example', queues: ['financeiro'] });
    await work('suporte', null);
  });
  afterAll(() => desk?.http.close());

  /** Something for every report to count. */
  async function work(queue: string, assignee: TestAgent | null): Promise<string> {
    const changes = {
      assignee_id: assignee?.agentId ?? null,
      reason_key: queue === 'financeiro' ? 'financeiro' : 'leads',
      mailbox_key: queue,
      tags: [queue],
    };
    const open = await desk.ticket('2026-11-03 10:00', changes, queue);
    await desk.clock(open, { state: 'breached', dueAt: '2026-11-04 18:00' });
    const ended = { endedAt: '2026-11-03 12:00', businessHours: 2, answered: true };
    await desk.clock(open, { state: 'met', ...ended, endedQueue: queue });
    const resolved = await desk.resolved('2026-11-03 10:00', '2026-11-03 12:00', {
      hours: 2,
      queue,
    });
    await desk.feedback(resolved, 1, `COMENTÁRIO-${queue}`, '2026-11-04 10:00');
    return open;
  }

  async function answers(agent: TestAgent): Promise<Record<string, string>> {
    const all: Record<string, string> = {};
    for (const path of PATHS) {
      const { status, text } = await desk.get(agent, path);
      expect([path, status]).toEqual([path, 200]);
      all[path] = text;
    }
    return all;
  }

  it('a non-member’s figures are the same with and without the private queue: no total, no label, no row', async () => {
    const before = [await answers(ana), await answers(sonia)];
    const open = await work('financeiro', fabio);
    // A public ticket whose escalation a private queue works: its promise belongs to that queue.
    const publicTicket = await desk.ticket('2026-10-20 10:00', { status: 'resolved' });
    await desk.clock(publicTicket, {
      kind: 'resolution',
      state: 'met',
      endedAt: '2026-11-03 12:00',
      endReason: 'handed_back',
      businessHours: 3,
      endedQueue: 'financeiro',
    });
    // A ticket that was answered in the public queue and is private now, and one that went the other way.
    await desk.clock(open, {
      state: 'met',
      endedAt: '2026-11-03 13:00',
      businessHours: 3,
      answered: true,
      endedQueue: 'suporte',
    });
    expect([await answers(ana), await answers(sonia)]).toEqual(before);
  });

  it('naming the queue, its mailbox, reason, tag or agent finds nothing', async () => {
    for (const filter of [
      'queue=financeiro',
      'mailbox=financeiro',
      'reason=financeiro',
      'tag=financeiro',
      `agent=${fabio.agentId}`,
    ]) {
      for (const name of ['compliance', 'times', 'closures', 'volume', 'peak-hours', 'feedback']) {
        expect([filter, name, await desk.items(ana, `${name}?${RANGE}&${filter}`)]).toEqual([
          filter,
          name,
          [],
        ]);
      }
      expect(await desk.items(ana, `backlog?${filter}`)).toEqual([]);
      expect(await desk.items(ana, `feedback/comments?${RANGE}&${filter}`)).toEqual([]);
    }
  });

  it('the member has both queues in her figures', async () => {
    const rows = await desk.items<{ group: { key: string }; opened: number }>(
      fabio,
      `volume?${RANGE}&groupBy=queue`,
    );
    expect(rows.map(({ group, opened }) => [group.key, opened])).toEqual([
      ['financeiro', 2],
      ['suporte', 2],
    ]);
    expect((await desk.get(fabio, `feedback/comments?${RANGE}`)).text).toContain(
      'COMENTÁRIO-financeiro',
    );
  });

  it('an admin has the counts of every queue, and no words of any', async () => {
    const rows = await desk.items<{ group: { key: string }; count: number }>(
      admin,
      `feedback?${RANGE}&groupBy=queue`,
    );
    expect(rows.map(({ group, count }) => [group.key, count])).toEqual([
      ['financeiro', 1],
      ['suporte', 1],
    ]);
    const all = Object.values(await answers(admin)).join('\n');
    expect(all).not.toContain('COMENTÁRIO');
  });
});
