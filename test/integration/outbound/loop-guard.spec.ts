import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ACKNOWLEDGEMENT, newMail, openPostRoom, type PostRoom } from './post-room.js';

const BUDGET = 10;

describe('the loop breaker', () => {
  let room: PostRoom;
  beforeEach(async () => {
    room = await openPostRoom();
  });
  afterEach(() => room.stop());

  const states = async (): Promise<Record<string, number>> => {
    const rows = await room.database.query<{ state: string; count: string }>(
      'select state, count(*) from outbox group by 1',
    );
    return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
  };

  it('D21: however many workers write, one correspondent gets no more than the budget of an hour', async () => {
    const tickets = await Promise.all(Array.from({ length: 2 * BUDGET }, () => room.ticket()));
    await Promise.all(
      tickets.map((ticketId) =>
        room.inTx((tx) =>
          room.outbound.enqueue(
            tx,
            newMail(room.clock.now(), {
              ...ACKNOWLEDGEMENT,
              ticketId,
              dedupeKey: `acknowledgement:${ticketId}`,
            }),
          ),
        ),
      ),
    );
    expect(await states()).toEqual({ queued: BUDGET, held: BUDGET });
    const told = (await room.news()).filter(({ topic }) => topic === 'outbound.held');
    expect(told).toHaveLength(BUDGET);
    const alarms = await room.database.query(
      `select 1 from alarms where key = 'automation.loop.suporte' and cleared_at is null`,
    );
    expect(alarms).toHaveLength(1);
  });

  it('D21: other correspondents, kinds and what people write have nothing to do with it', async () => {
    for (let n = 0; n < BUDGET + 1; n += 1) await room.enqueue(ACKNOWLEDGEMENT);
    await room.enqueue({ ...ACKNOWLEDGEMENT, to: [{ address: 'bia@cliente.test', name: '' }] });
    await room.enqueue({});
    expect(await states()).toEqual({ queued: BUDGET + 2, held: 1 });
  });

  it('D21: a hold stands for every kind, and a person’s retry ends it', async () => {
    const text =
      'Recebemos a sua mensagem e vamos responder até sexta-feira, obrigado pelo contato conosco.';
    const content = { subject: 'Recebemos', text, html: `<p>${text}</p>` };
    await room.enqueue({ ...ACKNOWLEDGEMENT, content });
    const heard = (): Promise<unknown> =>
      room.inTx((tx) =>
        room.outbound.heard(tx, {
          mailboxKey: 'suporte',
          correspondent: 'Ana@cliente.test',
          text: `Você disse: ${text.replaceAll(' ', '\n')} 1000123`,
          visibleText: `Você disse: ${text.replaceAll(' ', '\n')} 1000123`,
        }),
      );
    expect(await heard()).toBe('echo');
    const id = await room.enqueue({ ...ACKNOWLEDGEMENT, kind: 'escalation' });
    const held = await room.entry(id);
    expect(held.state).toBe('held');
    await room.retry.run(
      id,
      { agentId: null, visibleQueues: null },
      { value: null, source: 'body' },
      null,
    );
    expect((await room.entry(id)).state).toBe('queued');
    expect((await room.entry(await room.enqueue(ACKNOWLEDGEMENT))).state).toBe('queued');
  });
});
