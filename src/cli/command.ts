import type { Type } from '@nestjs/common';
import type { ConfigProblem, LoadedConfig } from '../config/index.js';
import type { Environment } from '../config/env.js';
import type { Database } from '../platform/index.js';

/** What a command ends with: done (0), done but the answer is bad (1: a check failed), the operator's mistake (2). */
export type ExitCode = 0 | 1 | 2;

/** One positional argument. */
export interface CommandArgument {
  /** As in help and in `input.arguments`, for example `name`. */
  readonly name: string;
  readonly description: string;
  /** Default: required. */
  readonly optional?: boolean;
}

/** One option. `--json` and `--help` are there for every command already. */
export interface CommandOption {
  /** As commander writes it: `--email <address>`, `--queue <key...>` (several), `--password-stdin` (no value). */
  readonly flags: string;
  readonly description: string;
  readonly required?: boolean;
  readonly default?: string | boolean;
  /** The only values allowed. */
  readonly choices?: readonly string[];
}

/** What the operator typed. */
export interface CommandInput {
  /** Positional arguments by name; an optional one that was left out is missing. */
  readonly arguments: Readonly<Record<string, string>>;
  /** Options by their camelCase name (`--password-stdin` → `passwordStdin`). */
  readonly options: Readonly<Record<string, unknown>>;
  /** `--json` was given. */
  readonly json: boolean;
}

/** Where a command writes. Standard output carries the answer alone: one JSON document with `--json`. */
export interface CommandOutput {
  /** The answer: `value` with `--json`, else the lines of `text`. Called once. */
  result(value: unknown, text: () => string | readonly string[]): void;
  /** A word while it goes on, for people: standard error with `--json`. */
  say(line: string): void;
}

/** What commands stand on; everything is opened at the first use and closed at the end of the command. */
export interface CommandContext {
  readonly environment: Environment;
  /** Problems of the process variables, to be reported with those of the file. */
  readonly environmentProblems: readonly ConfigProblem[];
  readonly output: CommandOutput;
  /** The checked helpdesk.yaml of this machine; OperatorError with all problems otherwise. Needs no database. */
  configFile(): LoadedConfig;
  /** DATABASE_URL, else the running embedded PostgreSQL, else started for the time of the command. Not migrated. */
  databaseUrl(): Promise<string>;
  /** The same of a database that holds a helpdesk; OperatorError where there is none, and nothing is made. */
  helpdeskUrl(): Promise<string>;
  /** The migrated database; a fresh one is migrated, an old one is an OperatorError that names `migrate`. */
  database(): Promise<Database>;
  /** A provider of the wired application (no HTTP, no background work), with the configuration in force. */
  get<Provider>(
    type: Type<Provider> | (abstract new (...args: never[]) => Provider),
  ): Promise<Provider>;
  /**
   * Aborted, with an OperatorError, by Ctrl-C or SIGTERM. Who asks for it must end soon and clean up; commands that do
   * not ask end at once.
   */
  interruption(): AbortSignal;
  /** Asks at the terminal; OperatorError where there is none. */
  ask(question: string): Promise<string>;
  /** The first line of standard input, for `--password-stdin`. */
  firstLineOfInput(): Promise<string>;
}

/**
 * One command of the operator's tool. Modules export theirs as `commands` from `src/modules/<module>/cli/index.ts`;
 * `src/cli/registry.ts` lists them. A mistake of the operator's is thrown as OperatorError: one sentence, exit code 2.
 */
export interface OperatorCommand {
  /** One or two words: `migrate`, `agent create`. */
  readonly name: string;
  /** One line for `--help`. */
  readonly description: string;
  readonly arguments?: readonly CommandArgument[];
  readonly options?: readonly CommandOption[];
  run(context: CommandContext, input: CommandInput): Promise<ExitCode | void>;
}

/** A table for people: columns as wide as their longest cell. */
export function table(header: readonly string[], rows: readonly (readonly unknown[])[]): string[] {
  const cells = [
    header,
    ...rows.map((row) =>
      row.map((cell) => (cell === null || cell === undefined ? '' : textOf(cell))),
    ),
  ];
  const widths = header.map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function textOf(cell: unknown): string {
  if (cell instanceof Date) return cell.toISOString();
  return typeof cell === 'object'
    ? JSON.stringify(cell)
    : String(cell as string | number | boolean);
}
