import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/index.js';
import { MergeRequesters } from './commands/merge-requesters.js';
import { SplitRequester } from './commands/split-requester.js';
import { RequestersStore } from './store/requesters.store.js';

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
@Injectable()
export class Requesters {
  constructor(
    private readonly store: RequestersStore,
    private readonly merging: MergeRequesters,
    private readonly splitting: SplitRequester,
  ) {}

  /**
   * The requester of this address (compared in lower case), made if unknown. Two processes at once make one. A
   * requester without a name takes the one given here. One statement in the usual case.
   */
  findOrCreate(tx: Tx, who: { address: string; name: string; now: Date }): Promise<Requester> {
    return this.store.findOrCreate(tx, who);
  }

  /** A new requester without an address: who called is known by name only (D6). */
  createNamed(tx: Tx, who: { name: string; now: Date }): Promise<Requester> {
    return this.store.createNamed(tx, who);
  }

  /** A person's corrected name, on every ticket of theirs; returns the one before. */
  rename(tx: Tx, id: string, name: string): Promise<string> {
    return this.store.rename(tx, id, name);
  }

  byId(tx: Tx, id: string): Promise<Requester | null> {
    return this.store.byId(tx, id);
  }

  /** The requester of this address; null if nobody has it. */
  byAddress(tx: Tx, address: string): Promise<Requester | null> {
    return this.store.byAddress(tx, address);
  }

  /**
   * Records identification found in a message (D7) where none is known yet: what stands there is never overwritten by
   * machine. `source` says where it was found: `message:123`.
   */
  learnIdentification(
    tx: Tx,
    id: string,
    found: { supportId?: string; accessEmail?: string; source: string },
  ): Promise<void> {
    return this.store.learnIdentification(tx, id, {
      supportId: found.supportId ?? null,
      accessEmail: found.accessEmail ?? null,
      source: found.source,
    });
  }

  /** Marks that identification was asked for; false if it had been asked before (ask once, D7). */
  markIdentificationAsked(tx: Tx, id: string, now: Date): Promise<boolean> {
    return this.store.markIdentificationAsked(tx, id, now);
  }

  /** Marks that feedback was asked for; false if that was within 30 days or the person unsubscribed (D12). */
  markFeedbackAsked(tx: Tx, id: string, now: Date): Promise<boolean> {
    return this.store.markFeedbackAsked(tx, id, now);
  }

  /**
   * Two records are one person (D26): `into` gets the addresses of `from` and what it lacked itself. What points at
   * `from` is the caller's to move, in the same `tx`. AppError `not_found`, `conflict`, `validation_failed`.
   */
  merge(tx: Tx, wanted: { from: string; into: string; agentId: string; at: Date }): Promise<void> {
    return this.merging.run(tx, wanted);
  }

  /** One record is two people: a new one with these addresses. AppError `not_found`, `validation_failed`. */
  split(
    tx: Tx,
    wanted: {
      from: string;
      addresses: readonly string[];
      name: string;
      agentId: string;
      at: Date;
    },
  ): Promise<{ requesterId: string; addresses: readonly string[] }> {
    return this.splitting.run(tx, wanted);
  }
}
