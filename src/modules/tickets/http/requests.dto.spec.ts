import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { fieldProblems } from '../../../platform/http/validation.js';
import { EnterInput, ReplyInput } from './requests.dto.js';

const ENTER = { channel: 'phone', subject: 'Boleto', text: 'x' };

async function problems(type: new () => object, body: object): Promise<string[]> {
  const found = await validate(plainToInstance(type, body), { whitelist: true });
  return fieldProblems(found).map(({ path }) => path);
}

describe('what callers send', () => {
  it('what becomes a header is one line', () => {
    const input = plainToInstance(EnterInput, {
      ...ENTER,
      subject: ' Boleto\r\nBcc: x@y.example\u2028fim ',
      requester: { address: 'a@b.example', name: 'Ana\r\nLima' },
    });
    expect(input.subject).toBe('Boleto Bcc: x@y.example fim');
    expect(input.requester?.name).toBe('Ana Lima');
    const reply = plainToInstance(ReplyInput, { to: [{ address: 'a@b.example', name: 'A\tB' }] });
    expect(reply.to?.[0]?.name).toBe('A B');
  });

  it('a subject of control characters alone is none', async () => {
    expect(await problems(EnterInput, { ...ENTER, subject: '\r\n\t' })).toEqual(['subject']);
  });

  it.each(['2026-11-20', '2026-11-20T10:00', '2026-11-20T10:00:00', 'ontem'])(
    'D15: receivedAt needs a time and an offset: %s',
    async (receivedAt) => {
      expect(await problems(EnterInput, { ...ENTER, receivedAt })).toContain('receivedAt');
    },
  );

  it.each(['2026-11-05T10:00:00-03:00', '2026-11-05T13:00:00.123Z'])(
    'D15: receivedAt takes %s',
    async (receivedAt) => {
      expect(await problems(EnterInput, { ...ENTER, receivedAt })).toEqual([]);
    },
  );

  it('what may be left out may not be null', async () => {
    const body = { ...ENTER, tags: null, priority: null, attachmentIds: null };
    const found = new Set(await problems(EnterInput, body));
    expect([...found].sort()).toEqual(['attachmentIds', 'priority', 'tags']);
  });

  it('what is missing is told once', async () => {
    const found = await validate(plainToInstance(EnterInput, { channel: 'phone' }));
    expect(fieldProblems(found)).toEqual([{ path: 'subject', reason: 'is required' }]);
  });
});
