import { createHmac } from 'node:crypto';

/** A message as it is signed: the same id and bytes at every attempt, the instant of this attempt. */
export interface SignedMessage {
  readonly id: string;
  readonly at: Date;
  readonly body: string;
}

/**
 * The three headers of the Standard Webhooks specification: HMAC-SHA256 over `id.timestamp.body`, once for each secret
 * (the newest first), so that receivers can change from one secret to the next. Secrets are `whsec_` and base64.
 */
export function signatureHeaders(
  secrets: readonly string[],
  message: SignedMessage,
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const timestamp = String(Math.floor(message.at.getTime() / 1000));
  const signed = `${message.id}.${timestamp}.${message.body}`;
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map((secret) => `v1,${signatureOf(secret, signed)}`).join(' '),
  };
}

function signatureOf(secret: string, signed: string): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return createHmac('sha256', key).update(signed, 'utf8').digest('base64');
}
