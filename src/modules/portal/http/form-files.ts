import { createLogger, messageOf } from '../../../platform/index.js';
import type { BlobStore, StagedBlob } from '../../files/index.js';

const log = createLogger('portal');

/** The files of one form between the disk and their rows. */
export class FormFiles {
  private readonly staged: StagedBlob[] = [];
  private forgotten = false;

  constructor(private readonly blobs: Pick<BlobStore, 'forget'>) {}

  /** A file that was still on its way when the form was refused goes at once. */
  async add(blob: StagedBlob): Promise<void> {
    this.staged.push(blob);
    if (this.forgotten) await this.forget();
  }

  /** The form was refused. Never fails: what stays is collected later, and the refusal is what the sender must hear. */
  async forget(): Promise<void> {
    this.forgotten = true;
    try {
      await this.blobs.forget(this.staged.splice(0));
    } catch (error) {
      log.warn({ err: messageOf(error) }, 'files of a refused form wait to be collected');
    }
  }
}
