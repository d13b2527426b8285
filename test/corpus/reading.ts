import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { StagedBlob } from '../../src/modules/files/index.js';
import type { ParsedMail } from '../../src/modules/mailbox-intake/domain/parsed-mail.js';
import {
  MessageParser,
  UnparsableMail,
} from '../../src/modules/mailbox-intake/parser/message-parser.js';
import type { CorpusDesk } from './corpus-desk.js';
import { Understander, type Understanding } from './understanding.js';

/** The production parser and filters, warm. */
export class Reader {
  private constructor(
    readonly parser: MessageParser,
    readonly understander: Understander,
  ) {}

  static async of(desk: CorpusDesk): Promise<Reader> {
    const parser = await desk.get(MessageParser);
    // The start of the parser's thread is nobody's time.
    await parser.parse({ kind: 'bytes', raw: Buffer.from('\r\n') }, async () =>
      staged(Buffer.alloc(0)),
    );
    return new Reader(parser, await Understander.of(desk));
  }
}

/** One message read. `given_up`: the parser's limits ended it, as in production (D22). */
export type Read =
  | {
      readonly kind: 'read';
      readonly seconds: number;
      readonly mail: ParsedMail<StagedBlob> & { readonly textual: unknown };
      readonly understanding: Understanding;
    }
  | { readonly kind: 'given_up'; readonly seconds: number }
  | { readonly kind: 'exception'; readonly seconds: number; readonly error: string };

export async function readMail({ parser, understander }: Reader, raw: Buffer): Promise<Read> {
  const begun = performance.now();
  const seconds = (): number => (performance.now() - begun) / 1000;
  try {
    const mail = await parser.parse({ kind: 'bytes', raw }, async (content) =>
      staged(await buffer(content)),
    );
    const understanding = understander.of(mail);
    const textual = {
      ...mail,
      attachments: mail.attachments.map(({ blob: _blob, ...rest }) => rest),
    };
    return { kind: 'read', seconds: seconds(), mail: { ...mail, textual }, understanding };
  } catch (error) {
    if (error instanceof UnparsableMail && error.reason !== 'failed')
      return { kind: 'given_up', seconds: seconds() };
    const text = error instanceof Error ? `${error.stack}` : String(error);
    return { kind: 'exception', seconds: seconds(), error: text };
  }
}

function staged(content: Buffer): StagedBlob {
  const sha256 = createHash('sha256').update(content).digest();
  return { sha256, sizeBytes: content.length, content, location: null };
}
