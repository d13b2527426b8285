import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openPostRoom, taken, type PostRoom } from './post-room.js';

const OPERATOR = { agentId: null, visibleQueues: null };
const ANYHOW = { value: null, source: 'body' } as const;

describe('people decide about outgoing mail', () => {
  let room: PostRoom;
  beforeEach(async () => {
    room = await openPostRoom();
  });
  afterEach(() => room.stop());

  async function failed(ticketId: string | null = null): Promise<string> {
    const id = await room.enqueue({ ticketId, to: [{ address: 'ana@clinete.test', name: 'Ana' }] });
    await room.database.query(
      `update outbox set state = 'failed', recipients = jsonb_set(recipients, '{0,state}', '"failed"') where id = ${id}`,
    );
    return id;
  }

  it('a corrected recipient gets the mail; the correction is recorded and told to the ticket', async () => {
    const ticketId = await room.ticket();
    const id = await failed(ticketId);
    const agent = { agentId: '0b8f7f3c-96a5-4f1f-8b0e-0f0f0f0f0f0f', visibleQueues: ['suporte'] };
    const correction = { recipient: 'ana@cliente.test', replaces: null };
    await room.retry.run(id, agent, { value: 1, source: 'body' }, correction);
    room.process().sender.start();
    const entry = await room.inState(id, 'sent');
    expect(entry.recipients).toMatchObject([
      { address: 'ana@cliente.test', state: 'accepted', correctedFrom: 'ana@clinete.test' },
    ]);
    expect(entry.actions).toMatchObject([
      { action: 'corrected', actorKind: 'agent', actorId: agent.agentId },
    ]);
    expect((await room.news()).map(({ topic }) => topic)).toEqual([
      'outbound.changed',
      'outbound.sent',
    ]);
  });

  it('a mail of unknown fate is sent again by a person, with the same Message-ID', async () => {
    const id = await room.enqueue({});
    const { messageId } = await room.entry(id);
    await room.database.query(`update outbox set state = 'unknown', attempts = 1 where id = ${id}`);
    await room.retry.run(id, OPERATOR, ANYHOW, null);
    room.process().sender.start();
    await room.inState(id, 'sent');
    expect(room.post.sent.map(({ mail }) => mail.messageId)).toEqual([messageId]);
  });

  it('a person confirms a mail of unknown fate, or takes it back; nothing else can be confirmed', async () => {
    const [one, other] = [await room.enqueue({}), await room.enqueue({})];
    await expect(room.confirm.run(one, OPERATOR, ANYHOW)).rejects.toThrow('invalid_transition');
    await room.database.query(`update outbox set state = 'unknown', attempts = 1`);
    await room.confirm.run(one, OPERATOR, ANYHOW);
    await room.cancel.run(other, OPERATOR, ANYHOW);
    expect(await room.entry(one)).toMatchObject({
      state: 'sent',
      recipients: [{ state: 'accepted' }],
      actions: [{ action: 'confirmed', actorKind: 'operator' }],
    });
    expect((await room.entry(other)).state).toBe('cancelled');
  });

  it('only who has not got the mail gets it again', async () => {
    const id = await room.enqueue({ cc: [{ address: 'beto@cliente.test', name: '' }] });
    await room.database.query(
      `update outbox set state = 'failed', recipients = jsonb_set(jsonb_set(recipients, '{0,state}', '"failed"'),
         '{1,state}', '"accepted"') where id = ${id}`,
    );
    await room.retry.run(id, OPERATOR, ANYHOW, null);
    room.post.answer = (mail) => taken(mail);
    room.process().sender.start();
    await room.inState(id, 'sent');
    expect(room.post.sent[0]!.mail.envelope.to).toEqual(['ana@cliente.test']);
  });

  it('D20: a mail of a queue that one may not see does not exist', async () => {
    const id = await room.enqueue({ mailboxKey: 'financeiro' });
    const outsider = {
      agentId: '0b8f7f3c-96a5-4f1f-8b0e-0f0f0f0f0f0f',
      visibleQueues: ['suporte'],
    };
    await expect(room.cancel.run(id, outsider, ANYHOW)).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(room.retry.run(id, outsider, ANYHOW, null)).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(room.retry.run('999', OPERATOR, ANYHOW, null)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('D20: a ticket that moved takes its mail along', async () => {
    const ticketId = await room.ticket();
    const id = await room.enqueue({ ticketId });
    await room.database.query(`update tickets set queue_key = 'financeiro' where id = ${ticketId}`);
    expect((await room.entry(id)).queueKey).toBe('financeiro');
    const outsider = { agentId: null, visibleQueues: ['suporte'] };
    await expect(room.cancel.run(id, outsider, ANYHOW)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('a stale version is refused', async () => {
    const id = await failed();
    const stale = { value: 7, source: 'body' } as const;
    await expect(room.retry.run(id, OPERATOR, stale, null)).rejects.toMatchObject({
      code: 'stale_version',
    });
    await expect(
      room.cancel.run(id, OPERATOR, { value: 7, source: 'if-match' }),
    ).rejects.toMatchObject({ code: 'precondition_failed' });
  });

  it('only what has not begun can be cancelled, and what is cancelled never leaves', async () => {
    const id = await room.enqueue({});
    await room.cancel.run(id, OPERATOR, ANYHOW);
    const gone = await failed();
    await expect(room.cancel.run(gone, OPERATOR, ANYHOW)).rejects.toMatchObject({
      code: 'invalid_transition',
    });
    await expect(room.retry.run(id, OPERATOR, ANYHOW, null)).rejects.toMatchObject({
      code: 'invalid_transition',
    });
    room.process().sender.start();
    await room.inState(await room.enqueue({}), 'sent');
    expect(room.post.sent).toHaveLength(1);
  });

  it('D26: nobody can be corrected to one of our own addresses', async () => {
    const id = await failed();
    const correction = { recipient: 'ajuda@empresa.test', replaces: null };
    await expect(room.retry.run(id, OPERATOR, ANYHOW, correction)).rejects.toMatchObject({
      code: 'validation_failed',
      fields: [{ path: 'recipient', reason: expect.stringContaining('our own') }],
    });
  });
});

describe('a bounce', () => {
  let room: PostRoom;
  beforeEach(async () => {
    room = await openPostRoom();
  });
  afterEach(() => room.stop());

  async function sent(cc: string[] = []): Promise<{ id: string; messageId: string }> {
    const ticketId = await room.ticket();
    const id = await room.enqueue({ ticketId, cc: cc.map((address) => ({ address, name: '' })) });
    const { sender } = room.process();
    sender.start();
    const { messageId } = await room.inState(id, 'sent');
    return { id, messageId };
  }

  const bounce = (messageId: string, recipients: string[], hard = true): Promise<boolean> =>
    room.inTx((tx) =>
      room.outbound.bounced(tx, {
        messageId,
        intakeId: '4711',
        recipients,
        hard,
        reason: '550 5.1.1 unknown user',
        at: room.clock.now(),
      }),
    );
  const failures = async (): Promise<unknown[]> =>
    (await room.news())
      .filter(({ topic }) => topic === 'outbound.failed')
      .map(({ payload }) => payload['state']);

  it('D19: a hard one returns the mail and tells the ticket, once', async () => {
    const { id, messageId } = await sent();
    expect(await bounce(messageId, ['ANA@cliente.test'])).toBe(true);
    expect(await bounce(messageId, ['ana@cliente.test'])).toBe(true);
    const entry = await room.entry(id);
    expect(entry).toMatchObject({ state: 'returned', recipients: [{ state: 'bounced' }] });
    expect(await failures()).toEqual(['returned']);
  });

  it('of a copy leaves the answer given', async () => {
    const { id, messageId } = await sent(['beto@cliente.test']);
    await bounce(messageId, ['beto@cliente.test']);
    expect((await room.entry(id)).state).toBe('sent');
    expect(await failures()).toEqual(['partly_failed']);
  });

  it('that is a delay is only noted', async () => {
    const { id, messageId } = await sent();
    await bounce(messageId, ['ana@cliente.test'], false);
    expect(await room.entry(id)).toMatchObject({
      state: 'sent',
      stateReason: '550 5.1.1 unknown user',
    });
    expect(await failures()).toEqual([]);
  });

  it('D19: a delay, or a copy that came back, shows that a mail of unknown fate has left', async () => {
    const { id, messageId } = await sent(['beto@cliente.test']);
    await room.database.query(
      `update outbox set state = 'unknown', sent_at = null, recipients = jsonb_set(jsonb_set(recipients,
         '{0,state}', '"pending"'), '{1,state}', '"pending"') where id = ${id}`,
    );
    await bounce(messageId, ['beto@cliente.test']);
    const entry = await room.entry(id);
    expect(entry.state).toBe('sent');
    expect(entry.recipients.map(({ state }) => state)).toEqual(['accepted', 'bounced']);
    expect(entry.recipients[0]!.response).toBe('Há prova de que a mensagem saiu.');
    expect(entry.sentAt!.toISOString()).toBe(new Date(entry.attempts[0]!.startedAt).toISOString());
    expect(entry.actions).toMatchObject([
      {
        action: 'confirmed',
        actorKind: 'system',
        details: { evidence: 'bounce', intakeId: '4711' },
      },
    ]);
    expect(await failures()).toEqual(['partly_failed']);
  });

  it('of a mail that is not ours is not ours', async () => {
    expect(await bounce('x@elsewhere.test', [])).toBe(false);
  });

  it('finds the mail by the name that the relay gave it (250 OK <id>)', async () => {
    room.post.answer = (mail) => taken(mail, '250 2.0.0 OK <A1B2@relay.test> [Hostname=x]');
    const { id } = await sent();
    expect(await bounce('A1B2@relay.test', [])).toBe(true);
    expect((await room.entry(id)).state).toBe('returned');
  });
});
