import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { slaBreached, slaWarned } from '../../../src/modules/sla/index.js';
import { EventBus } from '../../../src/platform/index.js';
import { DESK_YAML, HelpDesk } from './help-desk.js';

let desk: HelpDesk;
beforeAll(async () => {
  desk = await HelpDesk.open(`${DESK_YAML}\nnotifications: { email: true }\n`);
});
afterAll(() => desk?.close());

async function news(ticketId: string, what: typeof slaWarned, at = desk): Promise<void> {
  const [clock] = await at.http.database.query<{ id: string; due_at: Date }>(
    `select id, due_at from clocks where ticket_id = $1 order by id desc limit 1`,
    [ticketId],
  );
  await at.http.database.inTransaction((tx) =>
    at.http.app.get(EventBus, { strict: false }).publish(tx, what, {
      clockId: clock!.id,
      ticketId,
      dueAt: clock!.due_at.toISOString(),
    }),
  );
  await at.http.drain();
}

const notices = (ticketId: string) =>
  desk.http.database.query(
    `select primary_recipient as "to" from outbox where ticket_id = $1 and kind = 'notice' order by 1`,
    [ticketId],
  );

describe('D19: warnings and breaches', () => {
  it('a warning stands on the ticket and goes to the queue that owes the answer', async () => {
    const { ticketId } = await desk.open();
    const before = await desk.ticket(ticketId);
    await news(ticketId, slaWarned);
    expect((await desk.messages(ticketId)).at(-1)).toMatchObject({
      kind: 'event',
      text: 'O prazo deste chamado vence em 10/11/2026 às 18:00.',
    });
    expect(await notices(ticketId)).toEqual([{ to: 'ana@empresa.example' }]);
    // D13: warnings are no activity.
    expect(await desk.ticket(ticketId)).toEqual(before);
  });

  it('a breach flags the ticket; to its holder alone where it has one', async () => {
    const bob = await desk.http.agent({ email: 'bob@empresa.example', queues: ['suporte'] });
    const { ticketId } = await desk.open();
    await desk.call(desk.ana, 'patch', `/tickets/${ticketId}`, { assignee: bob.agentId });
    await news(ticketId, slaBreached);
    expect((await desk.ticket(ticketId))['deadline']).toMatchObject({ state: 'breached' });
    expect(await notices(ticketId)).toEqual([{ to: 'bob@empresa.example' }]);
  });

  it('news of a clock that an answer has ended meanwhile is recorded and told to nobody', async () => {
    const { ticketId } = await desk.open();
    await desk.answer(ticketId);
    await news(ticketId, slaWarned);
    expect(await notices(ticketId)).toEqual([]);
    expect(await desk.history(ticketId)).toContain('deadline_warned');
  });

  it('D20: news of a private ticket goes to its members', async () => {
    const { ticketId } = await desk.openFinance();
    await news(ticketId, slaWarned);
    expect(await notices(ticketId)).toEqual([{ to: 'fabio@empresa.example' }]);
  });

  it('D16: is told by the clocks of the mailbox’s calendar', async () => {
    const elsewhere = await HelpDesk.open(
      `${DESK_YAML.replace('    redirectAutomatically', '    calendar: manaus\n    redirectAutomatically')}
calendars: { manaus: { zone: America/Manaus } }
`,
    );
    try {
      const { ticketId } = await elsewhere.open();
      await news(ticketId, slaWarned, elsewhere);
      expect((await elsewhere.messages(ticketId)).at(-1)!['text']).toMatch(/ às 18:00\.$/);
    } finally {
      await elsewhere.close();
    }
  });
});
