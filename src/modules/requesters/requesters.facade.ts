import type { Tx } from '../../platform/index.js';

export interface Requester {
  readonly id: string;
  readonly name: string;
  readonly addresses: readonly string[];
  readonly supportId: string | null;
  readonly accessEmail: string | null;
  readonly segment: 'customer' | 'partner';
  readonly identificationAskedAt: Date | null;
  readonly feedbackAskedAt: Date | null;
}

/** People who ask. */
export class Requesters {
  /** The requester of this address, made if unknown. Two processes at once make one. */
  findOrCreate(_tx: Tx, _who: { address: string; name: string; now: Date }): Promise<Requester> {
    throw new Error('unwritten');
  }

  byId(_tx: Tx, _id: string): Promise<Requester | null> {
    throw new Error('unwritten');
  }

  /** Records identification found in a message (D7); never overwrites what an agent entered. */
  learnIdentification(
    _tx: Tx,
    _id: string,
    _found: { supportId?: string; accessEmail?: string; source: string },
  ): Promise<void> {
    throw new Error('unwritten');
  }

  /** Marks that identification was asked for; false if it had been asked before (ask once, D7). */
  markIdentificationAsked(_tx: Tx, _id: string, _now: Date): Promise<boolean> {
    throw new Error('unwritten');
  }

  /** Marks that feedback was asked for; false if that was within 30 days or the person unsubscribed (D12). */
  markFeedbackAsked(_tx: Tx, _id: string, _now: Date): Promise<boolean> {
    throw new Error('unwritten');
  }
}
