import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { at, openDesk, SUPPORT, type Desk } from './desk.js';

const PROMISE = { calendar: 'default', policy: SUPPORT };
const HOUR = 3_600_000;

describe('what is measured when a clock or a ticket ends', () => {
  let desk: Desk;
  let ticketId: string;
  let messageId: string;

  beforeAll(async () => {
    desk = await openDesk();
  });
  afterAll(() => desk.close());
  beforeEach(async () => {
    desk.configure({});
    ticketId = await desk.ticket();
    // Friday 6 November 2026, 16:00.
    const receivedAt = at('2026-11-06 16:00');
    await desk.database.query('update tickets set received_at = $2 where id = $1', [
      ticketId,
      receivedAt,
    ]);
    messageId = await desk.message(ticketId, receivedAt);
    await desk.inTx((tx) =>
      desk.sla.customerMessage(tx, {
        ticketId,
        messageId,
        startedAt: receivedAt,
        first: true,
        ...PROMISE,
      }),
    );
  });

  async function answer(local: string): Promise<string> {
    const answerId = await desk.message(ticketId, at(local));
    await desk.inTx((tx) =>
      desk.sla.answered(tx, {
        ticketId,
        messageId: answerId,
        acceptedAt: at(local),
        oldestUncovered: null,
        thenOpen: false,
        awaitsCustomer: true,
        ...PROMISE,
      }),
    );
    return answerId;
  }

  const resolve = (local: string): Promise<unknown> =>
    desk.inTx(async (tx) => {
      await desk.sla.resolutionEnded(tx, { ticketId, at: at(local), reason: 'resolved' });
      await tx.execute('update tickets set resolved_at = $2 where id = $1', [ticketId, at(local)]);
    });

  const clock = async () =>
    (
      await desk.database.query(
        `select business_ms::int as ms, ended_queue_key as queue, ended_reason_key as reason, revocations
           from clocks where ticket_id = $1 order by id limit 1`,
        [ticketId],
      )
    )[0];

  const resolution = async () =>
    (
      await desk.database.query(
        `select business_ms::int as ms, measured from ticket_resolutions where ticket_id = $1`,
        [ticketId],
      )
    )[0];

  it('D19: business time and whose it was; a ticket that moves later takes nothing along', async () => {
    await answer('2026-11-09 10:30');
    await desk.database.query(`update tickets set queue_key = 'product' where id = $1`, [ticketId]);
    // 2 h of Friday, 1.5 h of Monday.
    expect(await clock()).toEqual({
      ms: 3.5 * HOUR,
      queue: 'support',
      reason: null,
      revocations: 0,
    });
  });

  it('D19: an answer that came back has ended nothing; the next one is measured, and the return is counted', async () => {
    const answerId = await answer('2026-11-09 10:30');
    await desk.inTx((tx) =>
      desk.sla.answerReturned(tx, { ticketId, messageId: answerId, at: at('2026-11-09 11:00') }),
    );
    expect(await clock()).toEqual({ ms: null, queue: null, reason: null, revocations: 1 });
    await answer('2026-11-09 12:00');
    expect(await clock()).toMatchObject({ ms: 5 * HOUR, queue: 'support', revocations: 1 });
  });

  it('D19: the calendar version that the clock was started under counts, whatever is in force now', async () => {
    await answer('2026-11-06 17:00');
    desk.configure({ calendars: { default: { zone: 'Asia/Tokyo' } } });
    await resolve('2026-11-09 10:00');
    // By the version of the first clock: 2 h of Friday and 1 h of Monday in São Paulo, not in Tokyo.
    expect(await resolution()).toEqual({ ms: 3 * HOUR, measured: true });
  });

  it('what ended before reports is measured afterwards, and once', async () => {
    await answer('2026-11-09 10:30');
    await resolve('2026-11-09 11:00');
    const unpromised = await desk.ticket();
    await desk.database.query(
      `update clocks set business_ms = null, ended_queue_key = null where ended_at is not null`,
    );
    await desk.database.query('delete from ticket_resolutions');
    await desk.database.query(
      `insert into ticket_resolutions (ticket_id, resolved_at, measured)
       values ($1, $3, false), ($2, $3, false)`,
      [ticketId, unpromised, at('2026-11-09 11:00')],
    );
    await desk.measureEnded.round();
    expect(await clock()).toMatchObject({ ms: 3.5 * HOUR, queue: 'support' });
    expect(await resolution()).toEqual({ ms: 4 * HOUR, measured: true });
    const [other] = await desk.database.query(
      'select business_ms, measured from ticket_resolutions where ticket_id = $1',
      [unpromised],
    );
    expect(other).toEqual({ business_ms: null, measured: true });
    expect(await desk.measureEnded.round()).toBe(0);
  });
});
