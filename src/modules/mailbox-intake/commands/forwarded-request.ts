import type { CustomerMessage } from '../../tickets/index.js';
import type { ParsedMail } from '../domain/parsed-mail.js';
import { readReply } from '../domain/visible-reply/read-reply.js';

/**
 * The request in a mail that an agent forwards: the forwarded text as its writer's message. What the agent wrote above
 * is not hers to read, so the HTML, which shows both, is kept only where nothing stands above; the agent's recipients
 * take no part. The mail itself stays in its raw form.
 */
export function forwardedRequest(
  message: CustomerMessage,
  { forwarded }: Pick<ParsedMail, 'forwarded'>,
): CustomerMessage {
  if (forwarded === null) return message;
  const { spans, visibleText } = readReply(forwarded.body);
  return {
    ...message,
    subject: forwarded.subject,
    text: forwarded.body,
    html: forwarded.comment === '' ? message.html : null,
    visibleText,
    spans: spans.some(({ kind }) => kind !== 'new') ? spans : null,
    to: [],
    cc: [],
    references: [],
  };
}

/** What the agent wrote above, as a note of hers; null where she wrote nothing. */
export function forwardersNote(
  message: CustomerMessage,
  { forwarded }: Pick<ParsedMail, 'forwarded'>,
): CustomerMessage | null {
  if (forwarded === null || forwarded.comment === '') return null;
  const text = readReply(forwarded.comment).visibleText;
  return {
    ...message,
    // The row of the intake belongs to the request; without recipients it is a note.
    intakeId: null,
    messageId: null,
    text,
    html: null,
    visibleText: text,
    spans: null,
    to: [],
    cc: [],
    attachments: [],
  };
}
