/** Where in helpdesk.yaml: map keys and list positions from the root. Environment variables: one element, the name. */
export type ConfigPath = readonly (string | number)[];

/** One thing that is wrong (or doubtful) in the configuration or the environment. Holds no value of either. */
export interface ConfigProblem {
  /** `mailboxes.suporte.imap.host`, `company.domains[0]`, or the name of an environment variable. */
  readonly path: string;
  /** English, one clause: what is wrong and what to do. Never a value that came from a secret. */
  readonly reason: string;
  /** Line of `file`, from 1, where it is known. */
  readonly line?: number;
  /** Another file than helpdesk.yaml that the problem lies in: a mail template. */
  readonly file?: string;
}

/** A key is shown as it stands only if it looks like a name: a slip of indentation must not print a password. */
const SHOWABLE_KEY = /^[A-Za-z0-9_@.-]{1,64}$/;

/** `['mailboxes', 'suporte', 'aliases', 0]` → `mailboxes.suporte.aliases[0]`. The root is `(file)`. */
export function formatPath(path: ConfigPath): string {
  if (path.length === 0) return '(file)';
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      const shown = SHOWABLE_KEY.test(part) ? part : '(unreadable key)';
      return index === 0 ? shown : `.${shown}`;
    })
    .join('');
}

/** Collects problems, and warnings that do not stop the start, while the configuration is read. */
export class ProblemReport {
  readonly problems: ConfigProblem[] = [];
  readonly warnings: ConfigProblem[] = [];
  private settled: readonly string[] = [];

  /** `lineOf` finds the line of a path, or of its nearest parent that stands in the file. */
  constructor(
    private readonly lineOf: (path: ConfigPath) => number | undefined = () => undefined,
  ) {}

  add(path: ConfigPath, reason: string, line: number | undefined = this.lineOf(path)): void {
    if (!this.refusedBefore(path)) this.problems.push(problem(path, reason, line));
  }

  /** From here on, what is said about a field that has been refused already, or lies in or around one, is ignored. */
  settle(): void {
    this.settled = this.problems.map(({ path }) => path);
  }

  warn(path: ConfigPath, reason: string): void {
    this.warnings.push(problem(path, reason, this.lineOf(path)));
  }

  /** True where something at or below `path` has been refused. */
  has(path: ConfigPath): boolean {
    const start = formatPath(path);
    return this.problems.some(({ path: at }) => isWithin(at, start));
  }

  private refusedBefore(path: ConfigPath): boolean {
    const at = formatPath(path);
    return this.settled.some((refused) => isWithin(at, refused) || isWithin(refused, at));
  }
}

function isWithin(path: string, parent: string): boolean {
  return path === parent || path.startsWith(`${parent}.`) || path.startsWith(`${parent}[`);
}

/** The report for people: one problem a line, `helpdesk.yaml:12  mailboxes.suporte.queue: …`. */
export function formatProblems(
  problems: readonly ConfigProblem[],
  fileName = 'helpdesk.yaml',
): string {
  return problems
    .map(({ path, reason, line, file }) => {
      const at = file ?? fileName;
      if (line !== undefined) return `  ${at}:${line}  ${path}: ${reason}`;
      return file === undefined ? `  ${path}: ${reason}` : `  ${file}  ${path}: ${reason}`;
    })
    .join('\n');
}

function problem(path: ConfigPath, reason: string, line: number | undefined): ConfigProblem {
  return { path: formatPath(path), reason, ...(line === undefined ? {} : { line }) };
}
