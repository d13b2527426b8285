import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ACKNOWLEDGEMENT, newMail, openPostRoom, postConfig, type PostRoom } from './post-room.js';

describe('a mail is written into the outbox', () => {
  let room: PostRoom;
  beforeEach(async () => {
    room = await openPostRoom();
  });
  afterEach(() => room.stop());

  async function row(id: string): Promise<Record<string, unknown>> {
    const [found] = await room.database.query('select * from outbox where id = $1', [id]);
    return found!;
  }

  it('an answer carries identity, Reply-To, protocol and thread, and nothing that marks machines', async () => {
    const ticketId = await room.ticket();
    const id = await room.enqueue({
      ticketId,
      ticketMessageId: await room.message(ticketId),
      references: ['a@cliente.test', ' <b@cliente.test>', 'not an id'],
    });
    expect(await row(id)).toMatchObject({
      subject: `Re: [Chamado ${ticketId}] Meu site`,
      in_reply_to: 'b@cliente.test',
      reference_ids: ['a@cliente.test', 'b@cliente.test'],
      from_address: 'suporte@empresa.test',
      from_name: 'Empresa Teste',
      reply_to: 'suporte@empresa.test',
      envelope_from: 'suporte@empresa.test',
      headers: {},
      state: 'queued',
      message_id: expect.stringMatching(
        new RegExp(`^[0-9a-f]{32}\\.${ticketId}\\.[0-9a-v]{16}@empresa\\.test$`),
      ),
    });
  });

  it('D21: an acknowledgement has the null sender and says that a machine wrote it', async () => {
    expect(await row(await room.enqueue(ACKNOWLEDGEMENT))).toMatchObject({
      envelope_from: '',
      headers: {
        'Auto-Submitted': 'auto-replied',
        'X-Auto-Response-Suppress': 'All',
        Precedence: 'auto_reply',
      },
    });
  });

  it('D7: the same cause makes one mail, also in two transactions at once', async () => {
    const cause = { ...ACKNOWLEDGEMENT, dedupeKey: 'acknowledgement:1' };
    const twice = await Promise.all(
      [1, 2].map(() =>
        room.inTx((tx) => room.outbound.enqueue(tx, newMail(room.clock.now(), cause))),
      ),
    );
    expect(twice.filter((made) => made === null)).toHaveLength(1);
  });

  it('nothing is written where the transaction rolls back', async () => {
    await expect(
      room.inTx(async (tx) => {
        await room.outbound.enqueue(tx, newMail(room.clock.now(), {}));
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    expect(await room.database.query('select 1 from outbox')).toHaveLength(0);
  });

  it('D26: our own addresses are never recipients', async () => {
    const id = await room.enqueue({
      to: [
        { address: 'Ana@Cliente.test', name: '' },
        { address: 'ana@cliente.test', name: '' },
      ],
      cc: [
        { address: 'Ajuda+x@Empresa.test', name: '' },
        { address: 'beto@cliente.test', name: 'Beto' },
      ],
    });
    expect((await room.entry(id)).recipients.map(({ address }) => address)).toEqual([
      'Ana@Cliente.test',
      'beto@cliente.test',
    ]);
    const onlyUs = { to: [{ address: 'financeiro@empresa.test', name: '' }] };
    const none = await room.inTx((tx) =>
      room.outbound.enqueue(tx, newMail(room.clock.now(), onlyUs)),
    );
    expect(none).toBeNull();
  });

  it('D19: the caller says whose acceptance counts; the first of To does by default', async () => {
    const to = ['colega@cliente.test', 'Ana@cliente.test'].map((address) => ({
      address,
      name: '',
    }));
    const primary = async (over: object): Promise<unknown> =>
      (await row(await room.enqueue({ to, ...over })))['primary_recipient'];
    expect(await primary({})).toBe('colega@cliente.test');
    expect(await primary({ primaryRecipient: 'ana@CLIENTE.test' })).toBe('ana@cliente.test');
    expect(await primary({ primaryRecipient: 'x@cliente.test' })).toBe('colega@cliente.test');
  });

  it('D20: a private mailbox sends under its own name', async () => {
    const id = await room.enqueue({ mailboxKey: 'financeiro' });
    expect(await row(id)).toMatchObject({
      from_address: 'financeiro@empresa.test',
      from_name: 'Financeiro da Empresa',
      reply_to: 'financeiro@empresa.test',
    });
    expect((await room.entry(id)).queueKey).toBe('financeiro');
  });

  it('attachments are written with the mail', async () => {
    const sha256 = Buffer.alloc(32, 1);
    await room.database.query(
      'insert into blobs (sha256, size_bytes, content) values ($1, 3, $2)',
      [sha256, Buffer.from('abc')],
    );
    const id = await room.enqueue({
      attachments: [
        { sha256, filename: 'nota.txt', mediaType: 'text/plain', sizeBytes: 3, contentId: null },
      ],
    });
    const files = await room.database.query(
      'select filename, sha256 from outbox_attachments where outbox_id = $1',
      [id],
    );
    expect(files).toEqual([{ filename: 'nota.txt', sha256 }]);
  });

  it('D26: own Message-IDs and their aliases lead to the ticket', async () => {
    const ticketId = await room.ticket();
    const made = await room.inTx((tx) =>
      room.outbound.enqueue(tx, newMail(room.clock.now(), { ticketId })),
    );
    const { messageId } = made!;
    const found = await room.inTx(async (tx) => {
      await room.outbound.learnAlias(tx, { alias: 'other@relay.test', messageId, source: 'sent' });
      return room.outbound.ticketsByOwnMessageIds(tx, ['x@y', 'other@relay.test', messageId]);
    });
    expect(found).toHaveLength(2);
    expect(new Set(found.map((one) => one.ticketId))).toEqual(new Set([ticketId]));
  });

  it('D7: counts acknowledgements to an address', async () => {
    await room.enqueue({ ...ACKNOWLEDGEMENT, to: [{ address: 'Ana@cliente.test', name: '' }] });
    await room.enqueue({ ...ACKNOWLEDGEMENT, kind: 'follow_up' });
    await room.enqueue({ ...ACKNOWLEDGEMENT, kind: 'acknowledgement_summary' });
    await room.enqueue({});
    const since = new Date(room.clock.now().getTime() - 3_600_000);
    const count = (from: Date) =>
      room.inTx((tx) => room.outbound.acknowledgementsSince(tx, 'ANA@cliente.test', from));
    expect(await count(since)).toBe(2);
    expect(await count(room.clock.now())).toBe(0);
  });
});

describe('a mailbox of another kind', () => {
  let room: PostRoom;
  afterEach(() => room.stop());

  it('in `observe` writes nothing', async () => {
    room = await openPostRoom(postConfig('mode: observe'));
    const made = await room.inTx((tx) => room.outbound.enqueue(tx, newMail(room.clock.now(), {})));
    expect(made).toBeNull();
  });

  it('D18: may hold answers to service hours, and never acknowledgements', async () => {
    room = await openPostRoom(postConfig('answers: service_hours'));
    room.clock.set(new Date('2026-11-06T22:00:00Z')); // Friday 19:00 in São Paulo
    const answer = await room.entry(await room.enqueue({}));
    expect(answer).toMatchObject({ state: 'held', notBefore: new Date('2026-11-09T12:00:00Z') });
    expect((await room.entry(await room.enqueue(ACKNOWLEDGEMENT))).state).toBe('queued');
  });

  it('may name an envelope sender for automatic mail', async () => {
    room = await openPostRoom(postConfig('automaticEnvelopeFrom: devolucoes@empresa.test'));
    const [row] = await room.database.query(
      `select envelope_from from outbox where id = ${await room.enqueue(ACKNOWLEDGEMENT)}`,
    );
    expect(row).toEqual({ envelope_from: 'devolucoes@empresa.test' });
  });
});
