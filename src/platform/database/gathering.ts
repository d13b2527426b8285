import type { QueryResultRow } from 'pg';

interface Waiting {
  readonly rows: Record<string, unknown>[];
  readonly answers: ((found: QueryResultRow[]) => void)[];
  readonly failures: ((error: unknown) => void)[];
}

/**
 * Puts calls of one statement that are made side by side into one execution: a set-based statement costs little more for
 * fifty rows than for one. Calls gather until everybody who runs beside has come to wait for something.
 */
export class Gathering {
  private waiting = new Map<string, Waiting>();
  private scheduled = false;

  constructor(
    private readonly run: (sql: string, values: readonly unknown[]) => Promise<QueryResultRow[]>,
  ) {}

  add<Row extends QueryResultRow>(
    sql: string,
    row: Readonly<Record<string, unknown>>,
  ): Promise<Row[]> {
    const group: Waiting = this.waiting.get(sql) ?? { rows: [], answers: [], failures: [] };
    this.waiting.set(sql, group);
    group.rows.push({ n: group.rows.length, ...row });
    if (!this.scheduled) {
      this.scheduled = true;
      setImmediate(() => void this.flush());
    }
    return new Promise((resolve, reject) => {
      group.answers.push(resolve as (found: QueryResultRow[]) => void);
      group.failures.push(reject);
    });
  }

  private async flush(): Promise<void> {
    this.scheduled = false;
    const groups = [...this.waiting];
    this.waiting = new Map();
    for (const [sql, group] of groups) await this.execute(sql, group);
  }

  private async execute(sql: string, { rows, answers, failures }: Waiting): Promise<void> {
    try {
      const found = answers.map((): QueryResultRow[] => []);
      for (const { n, ...row } of await this.run(sql, [JSON.stringify(rows)]))
        found[n as number]!.push(row);
      for (const [n, answer] of answers.entries()) answer(found[n]!);
    } catch (error) {
      for (const fail of failures) fail(error);
    }
  }
}
