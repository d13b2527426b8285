/**
 * What a migration may do while processes of the version before go on working on the same database (they do so for as
 * long as a rolling update lasts): it adds, it takes nothing away that they use, and it keeps nobody waiting.
 */

/** First words of a file whose statements run one by one, outside a transaction (src/platform/database/migrate.ts). */
const WITHOUT_TRANSACTION = '-- without a transaction';

/** Volatile: PostgreSQL would write every row anew, under a lock that keeps everybody out. */
const VOLATILE = /\b(gen_random_uuid|uuidv[47]|random|clock_timestamp|nextval|timeofday)\s*\(/;

/** One sentence for each statement that breaks a rule; none where the file is fine. */
export function brokenRules(sql: string): string[] {
  const alone = sql.startsWith(WITHOUT_TRANSACTION);
  const statements = statementsOf(sql);
  const own = new Set(statements.flatMap((text) => /^create table (\S+)/.exec(text)?.[1] ?? []));
  return statements.flatMap((text) => {
    const why = whyNot(text, own, alone);
    return why === null ? [] : [`${text.slice(0, 100)}: ${why}`];
  });
}

function whyNot(text: string, own: ReadonlySet<string>, alone: boolean): string | null {
  if (
    /^(create (table|sequence|view|or replace view|or replace function|function|trigger)|comment) /.test(
      text,
    )
  )
    return null;
  const index = /^create (unique )?index (concurrently )?(if not exists )?\S+ on (\S+)/.exec(text);
  if (index !== null) {
    if (own.has(index[4]!)) return null;
    if (index[2] === undefined)
      return 'keeps writers out of a table that is there: create index concurrently, in a file that begins with "-- without a transaction"';
    return alone ? null : 'concurrently needs a file that begins with "-- without a transaction"';
  }
  if (text.startsWith('drop index ')) {
    return text.startsWith('drop index concurrently ') && alone
      ? null
      : 'waits for everybody: drop index concurrently, in a file of its own';
  }
  const insert = /^insert into (\S+)/.exec(text);
  if (insert !== null)
    return own.has(insert[1]!)
      ? null
      : 'writes into a table that the version before reads: leave it to a worker';
  const alter = /^alter table (only )?(\S+) ([\s\S]+)$/.exec(text);
  if (alter !== null) return own.has(alter[2]!) ? null : whyNotAlter(alter[3]!, alone);
  if (/^(update|delete|truncate) /.test(text))
    return 'locks the rows of a table that is in use: leave it to a worker, in batches';
  return 'takes away or changes what the version before may use';
}

function whyNotAlter(action: string, alone: boolean): string | null {
  const column = /^add column (if not exists )?(\S+) ([\s\S]+)$/.exec(action);
  if (column !== null) return whyNotColumn(column[3]!);
  if (/^add constraint \S+ (check|foreign key)\b/.test(action))
    return action.endsWith(' not valid')
      ? null
      : 'reads the whole table under a lock: add it "not valid", and validate it in a file without a transaction';
  if (action.startsWith('validate constraint '))
    return alone
      ? null
      : 'reads the whole table: in a file that begins with "-- without a transaction"';
  if (/^drop constraint (if exists )?(ck|fk)_/.test(action)) return null;
  if (
    /^alter column \S+ (drop not null|set default|drop default|set statistics|set storage)\b/.test(
      action,
    )
  )
    return null;
  return 'takes away or changes what the version before may use';
}

function whyNotColumn(definition: string): string | null {
  if (/, (add|drop|alter|rename|validate) /.test(definition))
    return 'one action a statement: what several hold together is seldom seen';
  if (/\b(references|unique|primary key|generated|check)\b/.test(definition))
    return 'a column comes bare; its constraints come by themselves, not valid';
  const fallback = /\bdefault ([\s\S]+?)( not null)?$/.exec(definition)?.[1];
  if (fallback !== undefined && VOLATILE.test(fallback))
    return 'a default that differs from row to row writes the whole table anew';
  if (/\bnot null\b/.test(definition) && fallback === undefined)
    return 'the version before does not write it: it needs a default';
  return null;
}

/** Lower case, one space, without comments. A function's body stays whole. */
function statementsOf(sql: string): string[] {
  return sql
    .replaceAll(/--.*$/gm, '')
    .split(/;\s*$/m)
    .map((statement) => statement.trim().replaceAll(/\s+/g, ' ').toLowerCase())
    .filter((statement) => statement !== '');
}
