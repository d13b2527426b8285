import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../config/index.js';
import { Database, type Tx } from '../../platform/index.js';
import { LearnReasons } from './commands/learn-reasons.js';
import type { ReasonClassifier } from './domain/decide-reason.js';
import type { LabelledMessage } from './domain/labelled-message.js';
import { ReasonModel } from './domain/reason-model.js';
import { COUNTS_FORMAT, shippedCounts, shippedModel } from './domain/shipped-model.js';
import { CorrectionsStore, type ReasonCorrection } from './store/corrections.store.js';
import { ModelsStore, type LearntModel } from './store/models.store.js';

export type { ReasonCorrection } from './store/corrections.store.js';

/** Which model is in force in this process. */
export interface ModelInForce {
  /** '0': the shipped one, nothing was learnt yet. */
  readonly version: string;
  readonly examples: number;
  readonly trainedAt: Date | null;
}

const SHIPPED: ModelInForce = { version: '0', examples: 0, trainedAt: null };

/** What is known about reasons beyond the configuration: the classifier and what it learns from (D4). */
@Injectable()
export class ContactReasons {
  private learnt: { readonly model: ReasonModel; readonly about: ModelInForce } | null = null;
  /** The newest version that was looked at, also where it could not be used. */
  private seen: string | null = null;

  constructor(
    private readonly config: CurrentConfig,
    private readonly database: Database,
    private readonly models: ModelsStore,
    private readonly corrections: CorrectionsStore,
    private readonly learning: LearnReasons,
  ) {}

  /** What decides together with the clues; null where the configuration leaves it to them alone. Cheap. */
  classifier(): ReasonClassifier | null {
    const { classifier, decideAt, proposeAt } = this.config.get().automation.reasons;
    if (!classifier) return null;
    const model = this.learnt?.model ?? shippedModel();
    return { model, version: this.inForce().version, decideAt, proposeAt };
  }

  inForce(): ModelInForce {
    return this.learnt?.about ?? SHIPPED;
  }

  /** Takes up the newest model of the database. */
  async refresh(): Promise<void> {
    const version = await this.models.newestVersion(this.database);
    if (version === null || version === this.seen) return;
    const newest = await this.models.newest(this.database);
    if (newest === null) return;
    this.seen = newest.version;
    if (newest.format === COUNTS_FORMAT) this.learnt = ready(newest);
  }

  /** Remembers an agent's word on a ticket's reason: the next training learns from it. */
  remember(tx: Tx, correction: ReasonCorrection): Promise<void> {
    return this.corrections.add(tx, correction);
  }

  /** What agents have said of tickets, newest first, with the requester's first message. */
  labelled(): AsyncGenerator<LabelledMessage> {
    return this.learning.labelled();
  }
}

function ready({ version, examples, counts, trainedAt }: LearntModel): {
  model: ReasonModel;
  about: ModelInForce;
} {
  return {
    model: new ReasonModel(shippedCounts(), counts),
    about: { version, examples, trainedAt },
  };
}
