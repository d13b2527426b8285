import { Injectable } from '@nestjs/common';
import { AppError, Database, sqlStateOf } from '../../../platform/index.js';

/** A report that takes longer asks for too much: it must not hold up the mail. */
const TIMEOUT_MS = 20_000;
/** At once in one process; more wait their turn, so that reports never take the whole pool. */
const MAX_AT_ONCE = 2;
const QUERY_CANCELED = '57014';

/**
 * `force_custom_plan`: the same statement is about a day or a year, one queue or all, so the plan is made for what is asked.
 * Compiling (`jit`) costs more than it saves at these sizes. Groups are few although the planner, which knows nothing about
 * weeks, expects many: without `enable_sort = off` it sorts every row where a small hash table would do.
 */
const SETTINGS = `select set_config('statement_timeout', '${TIMEOUT_MS}', true),
  set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true), set_config('enable_sort', 'off', true),
  set_config('work_mem', '64MB', true)`;

/** Reads for reports: few at once, bounded in time. */
@Injectable()
export class ReportReader {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly database: Database) {}

  /** `sql` is one of few constant texts. AppError `unavailable` where it takes longer than twenty seconds. */
  async rows<Row>(sql: string, values: readonly unknown[]): Promise<Row[]> {
    await this.turn();
    try {
      return await this.database.inTransaction(async (tx) => {
        await tx.query(SETTINGS);
        return (await tx.query(sql, values)) as Row[];
      });
    } catch (error) {
      if (sqlStateOf(error) !== QUERY_CANCELED) throw error;
      throw new AppError('unavailable', {
        detail: 'O relatório demorou demais. Peça um período menor ou filtre por fila.',
        detailEn: 'The report took too long: ask for fewer days or for one queue.',
        cause: error,
      });
    } finally {
      this.running -= 1;
      this.waiting.shift()?.();
    }
  }

  private async turn(): Promise<void> {
    while (this.running >= MAX_AT_ONCE) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.running += 1;
  }
}
