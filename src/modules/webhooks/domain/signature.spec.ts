import { describe, expect, it } from '@jest/globals';
import { signatureHeaders } from './signature.js';

const PUBLISHED = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  at: new Date(1_614_265_330_000),
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};

describe('the signature of Standard Webhooks', () => {
  it('is that of the published example', () => {
    const { secret, signature, ...message } = PUBLISHED;
    expect(signatureHeaders([secret], message)).toEqual({
      'webhook-id': message.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': signature,
    });
  });

  it('stands once for each secret while they rotate, the newest first', () => {
    const { secret, signature, ...message } = PUBLISHED;
    const other = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
    const both = signatureHeaders([other, secret], message)['webhook-signature'].split(' ');
    expect(both).toHaveLength(2);
    expect(both[1]).toBe(signature);
    expect(both[0]).not.toBe(signature);
  });

  it('covers the bytes of UTF-8', () => {
    const { secret, signature, ...message } = PUBLISHED;
    const sign = (body: string): string =>
      signatureHeaders([secret], { ...message, body })['webhook-signature'];
    expect(sign('"ação"')).not.toBe(sign('"acao"'));
    expect(sign('"ação"')).not.toBe(signature);
  });
});
