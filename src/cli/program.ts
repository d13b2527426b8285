import { Argument, Command, CommanderError, Option } from 'commander';
import type { Environment } from '../config/env.js';
import type { ConfigProblem } from '../config/index.js';
import { AppError, OperatorError } from '../platform/index.js';
import type { CommandInput, ExitCode, OperatorCommand } from './command.js';
import { OperatorContext } from './operator-context.js';
import { Output } from './output.js';

/** Groups in the order of the help, with their line. */
const GROUPS: Readonly<Record<string, string>> = {
  config: 'check, apply and describe helpdesk.yaml',
  mailbox: 'check, start and authorize mailboxes',
  agent: 'people who answer',
  token: 'bearer tokens for the API',
  automation: 'pause and resume automatic mail',
  intake: 'every message that reached a mailbox',
  outbox: 'outgoing mail',
  storage: 'raw mail and attachments as they lie',
  calendar: 'business days and deadlines explained',
  template: 'texts of mails',
  reasons: 'contact reasons',
};

export interface ProgramOptions {
  readonly environment: Environment;
  readonly environmentProblems: readonly ConfigProblem[];
  /** For specs; default: the process's own. */
  readonly stdout?: (text: string) => void;
  readonly stderr?: (text: string) => void;
}

/**
 * Runs one command line (without `node` and the script) and returns the exit code. Never throws for a mistake of the
 * operator's: that is one sentence on standard error, with `--json` also `{ "error": … }` on standard output, code 2.
 */
export async function runProgram(
  commands: readonly OperatorCommand[],
  argv: readonly string[],
  options: ProgramOptions,
): Promise<ExitCode> {
  const stdout = options.stdout ?? ((text: string) => void process.stdout.write(text));
  const stderr = options.stderr ?? ((text: string) => void process.stderr.write(text));
  let exitCode: ExitCode = 0;
  const program = buildProgram(commands, async (command, input) => {
    const context = new OperatorContext(
      options.environment,
      options.environmentProblems,
      new Output(input.json, stdout, stderr),
    );
    try {
      exitCode = (await command.run(context, input)) ?? 0;
    } finally {
      await context.close();
    }
  });
  configureOutput(program, stdout, stderr);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const sentence = sentenceOf(error);
    if (sentence === null) throw error;
    stderr(`${sentence}\n`);
    if (argv.includes('--json')) stdout(`${JSON.stringify({ error: sentence }, null, 2)}\n`);
    return 2;
  }
}

/** What the operator can mend is a sentence; anything else is a defect and keeps its stack. */
function sentenceOf(error: unknown): string | null {
  if (error instanceof OperatorError) return error.message;
  if (!(error instanceof AppError)) return null;
  const fields = error.fields.map(({ path, reason }) => `  ${path}: ${reason}`);
  return [error.detailEn, ...fields].join('\n');
}

type Run = (command: OperatorCommand, input: CommandInput) => Promise<void>;

function buildProgram(commands: readonly OperatorCommand[], run: Run): Command {
  const program = new Command('helpdesk')
    .description("The operator's tool of the helpdesk. Every command has --help and --json.")
    .showSuggestionAfterError()
    .exitOverride();
  const groups = new Map<string, Command>();
  for (const [name, description] of Object.entries(GROUPS)) {
    if (!commands.some((command) => command.name.startsWith(`${name} `))) continue;
    groups.set(name, program.command(name).description(description).exitOverride());
  }
  for (const command of commands) {
    const [first = '', second] = command.name.split(' ');
    if (second === undefined) {
      addCommand(program, first, command, run);
      continue;
    }
    let group = groups.get(first);
    if (group === undefined) groups.set(first, (group = program.command(first).exitOverride()));
    addCommand(group, second, command, run);
  }
  return program;
}

function addCommand(parent: Command, name: string, command: OperatorCommand, run: Run): void {
  const built = parent.command(name).description(command.description).exitOverride();
  for (const { name: argument, description, optional } of command.arguments ?? []) {
    built.addArgument(
      new Argument(optional === true ? `[${argument}]` : `<${argument}>`, description),
    );
  }
  for (const option of command.options ?? []) {
    const made = new Option(option.flags, option.description);
    if (option.default !== undefined) made.default(option.default);
    if (option.choices !== undefined) made.choices(option.choices);
    built.addOption(made.makeOptionMandatory(option.required === true));
  }
  built.option('--json', 'print one JSON document');
  built.action(async (...values: unknown[]) => {
    const { json, ...options } = built.opts<Record<string, unknown>>();
    const given = (command.arguments ?? []).flatMap(({ name: argument }, index) =>
      typeof values[index] === 'string' ? [[argument, values[index]] as const] : [],
    );
    await run(command, { arguments: Object.fromEntries(given), options, json: json === true });
  });
}

/** Help goes to standard output, mistakes in the command line to standard error; subcommands inherit nothing. */
function configureOutput(
  program: Command,
  stdout: (text: string) => void,
  stderr: (text: string) => void,
): void {
  program.configureOutput({ writeOut: stdout, writeErr: stderr });
  for (const command of program.commands) configureOutput(command, stdout, stderr);
}
