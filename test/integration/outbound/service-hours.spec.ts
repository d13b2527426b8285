import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ACKNOWLEDGEMENT, openPostRoom, postConfig, type PostRoom } from './post-room.js';

describe('D18: what leaves in service hours only', () => {
  let room: PostRoom;
  beforeEach(async () => {
    room = await openPostRoom(postConfig(''));
  });
  afterEach(() => room.stop());

  it('reminders and news of deadlines wait for the opening, also when they were put off; acknowledgements do not', async () => {
    // Thursday 5 November 2026, 17:59 in São Paulo.
    room.clock.set(new Date('2026-11-05T20:59:00.000Z'));
    const ticketId = await room.ticket();
    const mails = await Promise.all(
      (['reminder', 'closing', 'notice', 'acknowledgement'] as const).map((kind) =>
        room.enqueue({
          ...ACKNOWLEDGEMENT,
          kind,
          ticketId,
          dedupeKey: `${kind}:${ticketId}`,
          to: [{ address: `${kind}@cliente.test`, name: '' }],
        }),
      ),
    );
    const [reminder, closing, notice, acknowledgement] = mails as [string, string, string, string];
    // The evening has begun before the server takes anything.
    room.clock.set(new Date('2026-11-05T21:00:00.000Z'));
    room.process().sender.start();
    await room.inState(acknowledgement, 'sent');
    // The lane has looked once more: an answer leaves after the others were passed over again.
    await room.inState(await room.enqueue({ ticketId }), 'sent');
    for (const kind of ['reminder', 'closing', 'notice'])
      expect(room.post.to(`${kind}@cliente.test`)).toEqual([]);
    room.clock.set(new Date('2026-11-06T12:00:00.000Z'));
    for (const mail of [reminder, closing, notice]) await room.inState(mail, 'sent');
  });
});
