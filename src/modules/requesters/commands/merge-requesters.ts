import { Injectable } from '@nestjs/common';
import { AppError, type Tx } from '../../../platform/index.js';
import { RequesterChangesStore, type ChangedBy } from '../store/requester-changes.store.js';

/** Two records are one person (D26). */
@Injectable()
export class MergeRequesters {
  constructor(private readonly store: RequesterChangesStore) {}

  /** Throws AppError `not_found`, `conflict` where one of them was merged already, `validation_failed` for one and the same. */
  async run(tx: Tx, wanted: { from: string; into: string } & ChangedBy): Promise<void> {
    if (wanted.from === wanted.into)
      throw new AppError('validation_failed', {
        fields: [{ path: 'requester', reason: 'is the requester itself' }],
      });
    const locked = await this.store.lock(tx, [wanted.from, wanted.into]);
    const from = locked.get(wanted.from);
    const into = locked.get(wanted.into);
    if (from === undefined || into === undefined) throw new AppError('not_found');
    if (from.mergedInto !== null || into.mergedInto !== null) {
      throw new AppError('conflict', {
        detail: 'Um dos solicitantes já foi unido a outro.',
        detailEn: 'One of the requesters was merged into another already.',
      });
    }
    await this.store.merge(tx, from, into.id, wanted);
  }
}
