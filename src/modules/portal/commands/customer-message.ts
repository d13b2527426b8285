import type { StagedBlob } from '../../files/index.js';
import type { CustomerMessage } from '../../tickets/index.js';

/** A file that a customer sent with a form; its bytes are durable already. */
export interface UploadedFile {
  readonly filename: string;
  readonly mediaType: string;
  readonly blob: StagedBlob;
}

/** What came by the portal in the shape of any customer's message: mail and portal are one conversation (D10). */
export function customerMessage(input: {
  readonly from: { readonly address: string; readonly name: string };
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly files: readonly UploadedFile[];
  readonly receivedAt: Date;
}): CustomerMessage {
  const text = input.text.replace(/\r\n?/g, '\n').trim();
  return {
    intakeId: null,
    from: input.from,
    replyTo: null,
    to: [{ address: input.to, name: '' }],
    cc: [],
    subject: input.subject,
    text,
    html: null,
    visibleText: text,
    messageId: null,
    references: [],
    attachments: input.files.map(({ filename, mediaType, blob }) => ({
      filename,
      mediaType,
      sizeBytes: blob.sizeBytes,
      sha256: blob.sha256,
      contentId: null,
      inline: false,
    })),
    receivedAt: input.receivedAt,
  };
}
