import type { BlobStore } from '../../files/index.js';
import type { OutgoingMail } from '../../mailboxes/index.js';
import type { ComposableMail } from '../store/sending.store.js';

/**
 * Our Message-ID once more: relays that give a mail an id of their own (and file it so in Sent) leave this as it is,
 * and the copy tells us the alias (D26).
 */
export const SENT_AS_HEADER = 'X-Helpdesk-Message-ID';

/**
 * The row as the gateway sends it, the same whenever it is asked for. The headers name all recipients, the envelope only those whom no server has
 * taken yet.
 */
export function composeMail(mail: ComposableMail, blobs: Pick<BlobStore, 'open'>): OutgoingMail {
  const shown = (role: 'to' | 'cc') =>
    mail.recipients
      .filter((recipient) => recipient.role === role)
      .map(({ address, name }) => ({ address, name }));
  return {
    envelope: {
      from: mail.envelopeFrom,
      to: mail.recipients
        .filter((recipient) => recipient.state === 'pending')
        .map((recipient) => recipient.address),
    },
    messageId: mail.messageId,
    inReplyTo: mail.inReplyTo,
    references: mail.references,
    date: mail.createdAt,
    from: { address: mail.fromAddress, name: mail.fromName },
    replyTo: mail.replyTo,
    to: shown('to'),
    cc: shown('cc'),
    subject: mail.subject,
    text: mail.bodyText,
    html: mail.bodyHtml,
    headers: { ...mail.headers, [SENT_AS_HEADER]: `<${mail.messageId}>` },
    attachments: (mail.attachments ?? []).map(({ filename, mediaType, contentId, sha256 }) => ({
      filename,
      mediaType,
      contentId,
      open: () => blobs.open(Buffer.from(sha256, 'hex')),
    })),
  };
}
