import { Injectable } from '@nestjs/common';
import type { Database, Tx } from '../../../platform/index.js';
import type { ReasonCounts } from '../domain/reason-counts.js';

/** What was learnt, as it is kept. */
export interface LearntModel {
  readonly version: string;
  readonly format: number;
  readonly lastCorrectionId: string;
  readonly examples: number;
  readonly counts: ReasonCounts;
  readonly trainedAt: Date;
}

/** Older ones are only kept to be looked at. */
const KEPT_VERSIONS = 5;

/** `reason_models`. */
@Injectable()
export class ModelsStore {
  /** Null before the first training. */
  async newestVersion(reader: Database): Promise<string | null> {
    const [row] = await reader.query<{ version: string | null }>(
      `select max(version)::text as version from reason_models`,
    );
    return row?.version ?? null;
  }

  async newest(reader: Database): Promise<LearntModel | null> {
    const rows = await reader.query<
      Omit<LearntModel, 'counts'> & { readonly counts: ReasonCounts }
    >(
      `select version::text, format, last_correction_id::text as "lastCorrectionId", examples, counts,
              trained_at as "trainedAt"
         from reason_models order by version desc limit 1`,
    );
    return rows[0] ?? null;
  }

  /** Puts a new one in force and drops those that are long out of it. */
  async add(tx: Tx, model: Omit<LearntModel, 'version'>): Promise<void> {
    await tx.execute(
      `insert into reason_models (format, last_correction_id, examples, counts, trained_at)
       values ($1, $2, $3, $4, $5)`,
      [
        model.format,
        model.lastCorrectionId,
        model.examples,
        JSON.stringify(model.counts),
        model.trainedAt,
      ],
    );
    await tx.execute(
      `delete from reason_models where version <= (select max(version) from reason_models) - $1::bigint`,
      [KEPT_VERSIONS],
    );
  }
}
