import { Injectable } from '@nestjs/common';
import { setImmediate as pause } from 'node:timers/promises';
import { Clock, Database } from '../../../platform/index.js';
import type { LabelledMessage } from '../domain/labelled-message.js';
import { ReasonCounter } from '../domain/reason-counts.js';
import { COUNTS_FORMAT, shippedModel } from '../domain/shipped-model.js';
import { wordsOfMessage } from '../domain/words.js';
import { CorrectionsStore } from '../store/corrections.store.js';
import { ModelsStore } from '../store/models.store.js';

/** The newest so many labelled tickets are learnt from: what a desk is about changes over the years. */
const MOST_EXAMPLES = 20_000;
const PAGE = 500;
/** Messages that are counted before others get their turn: about 5 ms. */
const SLICE = 50;

/** Learns from agents' corrections, all over again: counting is quick, and what was erased is unlearnt (D4). */
@Injectable()
export class LearnReasons {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly corrections: CorrectionsStore,
    private readonly models: ModelsStore,
  ) {}

  /** Returns how many tickets were learnt from; null where nothing has been corrected since the last time. */
  async run(): Promise<number | null> {
    const lastCorrectionId = await this.corrections.newestId(this.database);
    const known = await this.models.newest(this.database);
    if (lastCorrectionId === '0') return null;
    if (known?.lastCorrectionId === lastCorrectionId && known.format === COUNTS_FORMAT) return null;
    const counter = new ReasonCounter();
    let examples = 0;
    for await (const { reason, subject, text } of this.labelled()) {
      counter.add(reason, wordsOfMessage({ subject, text }));
      examples += 1;
      if (examples % SLICE === 0) await pause();
    }
    const shipped = shippedModel();
    const counts = counter.counts((word) => shipped.hasWord(word));
    const trainedAt = this.clock.now();
    await this.database.inTransaction((tx) =>
      this.models.add(tx, { format: COUNTS_FORMAT, lastCorrectionId, examples, counts, trainedAt }),
    );
    return examples;
  }

  /** What agents have said of tickets, newest first. */
  async *labelled(): AsyncGenerator<LabelledMessage> {
    let before: string | null = null;
    for (let read = 0; read < MOST_EXAMPLES;) {
      const page = await this.corrections.examples(this.database, before, PAGE);
      for (const { reasonKey, subject, text } of page) yield { reason: reasonKey, subject, text };
      if (page.length < PAGE) return;
      read += page.length;
      before = page.at(-1)!.id;
    }
  }
}
