import { Readable } from 'node:stream';
import type { StagedBlob } from '../../files/index.js';
import type { ParsedMail } from '../domain/parsed-mail.js';
import {
  MessageParser,
  UnparsableMail,
  type MailSource,
  type StageAttachment,
} from './message-parser.js';
import { parseMail } from './parse-mail.js';

/** Parses in this thread: for specs and one-shot tools. */
export class InlineParser extends MessageParser {
  async parse(source: MailSource, stage: StageAttachment): Promise<ParsedMail<StagedBlob>> {
    const stream = source.kind === 'bytes' ? null : await source.open();
    let stageError: unknown;
    const staged = async (content: Readable): Promise<StagedBlob> => {
      try {
        return await stage(content);
      } catch (error) {
        stageError = error;
        throw error;
      }
    };
    try {
      const store = { stream: staged, whole: (bytes: Buffer) => staged(Readable.from([bytes])) };
      return await parseMail(source.kind === 'bytes' ? source.raw : stream!, store);
    } catch (error) {
      if (stageError !== undefined) throw stageError;
      throw new UnparsableMail('failed', 'The message could not be parsed', { cause: error });
    } finally {
      stream?.destroy();
    }
  }

  async close(): Promise<void> {}
}
