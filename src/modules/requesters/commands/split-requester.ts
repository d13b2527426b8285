import { Injectable } from '@nestjs/common';
import { AppError, type Tx } from '../../../platform/index.js';
import { splitAddresses } from '../domain/split-addresses.js';
import { RequesterChangesStore, type ChangedBy } from '../store/requester-changes.store.js';

/** One record is two people (D26). */
@Injectable()
export class SplitRequester {
  constructor(private readonly store: RequesterChangesStore) {}

  /**
   * A new requester with these addresses; identification stays with the old one, because nobody knows whose it was.
   * Throws AppError `not_found`, `validation_failed`.
   */
  async run(
    tx: Tx,
    wanted: { from: string; addresses: readonly string[]; name: string } & ChangedBy,
  ): Promise<{ requesterId: string; addresses: readonly string[] }> {
    const from = (await this.store.lock(tx, [wanted.from])).get(wanted.from);
    if (from === undefined || from.mergedInto !== null) throw new AppError('not_found');
    const decided = splitAddresses(from.addresses, wanted.addresses);
    if (decided.kind !== 'split') {
      const reason =
        decided.kind === 'foreign'
          ? `holds ${decided.address}, which is not an address of this requester`
          : 'must be some of the addresses of this requester, not all';
      throw new AppError('validation_failed', { fields: [{ path: 'addresses', reason }] });
    }
    const { addresses } = decided;
    const requesterId = await this.store.split(tx, from, addresses, wanted.name, wanted);
    return { requesterId, addresses };
  }
}
