import type { ForwardedMail } from '../domain/visible-reply/forwarded-mail.js';
import { readEnvelope } from './envelope-headers.js';
import { isBody, MessageBodies } from './message-bodies.js';
import { MimeReader } from './mime/mime-reader.js';

/**
 * A message that was forwarded as an attachment (message/rfc822): who wrote it and what, from its beginning (`bytes`);
 * its own attachments stay inside. `comment` is what the forwarder wrote. null where it says neither who nor what.
 */
export function forwardedAsAttachment(bytes: Buffer, comment: string): ForwardedMail | null {
  let lines: readonly string[] = [];
  const nothing = (): void => undefined;
  const bodies = new MessageBodies(nothing, nothing);
  const reader = new MimeReader({
    messageHeader: (found) => (lines = found),
    leaf: (leaf) => (isBody(leaf, bodies) ? bodies.sinkFor(leaf) : null),
    problem: nothing,
  });
  reader.push(bytes);
  reader.end();
  const { from, subject } = readEnvelope(lines);
  const body = bodies.text().trim();
  if (from === null && body === '') return null;
  return { subject, from, comment, body, why: 'attachment' };
}
