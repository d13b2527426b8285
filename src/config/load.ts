import { readFileSync } from 'node:fs';
import path from 'node:path';
import { OperatorError } from '../platform/errors.js';
import { complete } from './defaults/complete.js';
import { withShipped } from './defaults/shipped.js';
import { HelpdeskConfig } from './helpdesk-config.js';
import { hydrate } from './hydrate.js';
import { interpolate, type ReferenceSources } from './interpolate.js';
import { formatPath, formatProblems, ProblemReport, type ConfigProblem } from './problems.js';
import { checkCalendars } from './rules/calendar-rules.js';
import { checkEffects } from './rules/effect-rules.js';
import { checkMailboxes } from './rules/mailbox-rules.js';
import { checkReferences } from './rules/references.js';
import { checkStorage } from './rules/storage-rules.js';
import { checkNotifications } from './rules/notification-rules.js';
import { checkSystem } from './rules/system-rules.js';
import { ownSecretsOf, plainSecretPaths, withoutSecrets } from './secrets.js';
import { readYaml } from './yaml-document.js';

/** A configuration that may be used. */
export interface LoadedConfig {
  readonly config: HelpdeskConfig;
  /** What is stored and shown: as written, references unresolved, secrets in plain text replaced by a reference. */
  readonly document: Readonly<Record<string, unknown>>;
  /** Doubtful, but no reason to refuse. */
  readonly warnings: readonly ConfigProblem[];
}

/** A configuration that is refused, with everything that is wrong in it. */
export interface RefusedConfig {
  readonly problems: readonly ConfigProblem[];
  /** `templates.directory`, where that much could be read: what is wrong there can be told in the same report. */
  readonly templatesDirectory?: string;
}

/** `'problems' in result` tells the two apart. */
export type ConfigResult = LoadedConfig | RefusedConfig;

/**
 * Reads the text of a helpdesk.yaml: YAML, references, defaults, every field, every rule between fields. All problems
 * come back together, each with its path and line; none holds a value. Reads the files of `${file:…}`, nothing else.
 */
export function parseConfig(
  text: string,
  sources: Pick<ReferenceSources, 'env' | 'baseDirectory'>,
): ConfigResult {
  const { plain, report } = readYaml(text);
  if (report.problems.length > 0) return { problems: report.problems };
  const own = withoutExtensions(plain);
  const config = build(own, sources, report);
  if (report.problems.length > 0) {
    const { directory } = config.templates;
    return {
      problems: inOrder(report.problems),
      ...(directory === undefined ? {} : { templatesDirectory: directory }),
    };
  }
  warnOfPlainSecrets(own, report);
  return {
    config,
    document: withoutSecrets(own) as Record<string, unknown>,
    warnings: report.warnings,
  };
}

/**
 * Makes a configuration from a stored document, with the secrets of this process's own environment. `ownText` is this
 * machine's helpdesk.yaml where it has one: secrets that stand there in plain text are taken from it.
 */
export function resolveDocument(
  document: unknown,
  sources: Pick<ReferenceSources, 'env' | 'baseDirectory'> & { readonly ownText?: string },
): ConfigResult {
  const report = new ProblemReport();
  const own =
    sources.ownText === undefined ? undefined : withoutExtensions(readYaml(sources.ownText).plain);
  const ownSecret = own === undefined ? undefined : ownSecretsOf(own);
  const config = build(
    document,
    { ...sources, ...(ownSecret === undefined ? {} : { ownSecret }) },
    report,
  );
  if (report.problems.length > 0) return { problems: report.problems };
  return { config, document: document as Record<string, unknown>, warnings: report.warnings };
}

/** Reads and parses a file. A file that cannot be read is an OperatorError; a refused one comes back with its problems. */
export function readConfigFile(file: string, env: ReferenceSources['env']): ConfigResult {
  return parseConfig(readConfigText(file), {
    env,
    baseDirectory: path.dirname(path.resolve(file)),
  });
}

/** The text of a configuration file; OperatorError with what to do where it cannot be read. */
export function readConfigText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new OperatorError(
      missing
        ? `There is no configuration at ${file}: copy helpdesk.example.yaml there and fill it in, or set HELPDESK_CONFIG.`
        : `The configuration ${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}.`,
      { cause: error },
    );
  }
}

/** The refusal as one report for people. */
export function refusal(problems: readonly ConfigProblem[], file: string): OperatorError {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return new OperatorError(
    `The configuration has ${count}:\n${formatProblems(problems, path.basename(file))}`,
  );
}

function build(plain: unknown, sources: ReferenceSources, report: ProblemReport): HelpdeskConfig {
  const filled = interpolate(plain, sources, report);
  const config = hydrate(HelpdeskConfig, withShipped(filled.plain, report), [], report, (at) =>
    filled.paths.has(formatPath(at)),
  );
  // A file that is wrong in its fields and between them is told of both at once: refused fields hold placeholders by
  // now, and the report ignores what a rule says about them.
  report.settle();
  complete(config);
  // A path in the file starts from the file's folder, wherever the process was started.
  const { directory } = config.templates;
  if (directory !== undefined) {
    config.templates.directory = path.resolve(sources.baseDirectory, directory);
  }
  for (const { icalendar } of Object.values(config.calendars)) {
    for (const source of icalendar) {
      if (source.file !== undefined) source.file = path.resolve(sources.baseDirectory, source.file);
    }
  }
  checkReferences(config, report);
  checkMailboxes(config, report);
  checkCalendars(config, report);
  checkSystem(config, report);
  checkNotifications(config, report);
  checkStorage(config, report);
  checkEffects(config, report);
  return config;
}

/** `x-…` at the top is the operator's own: a place for YAML anchors. */
function withoutExtensions(plain: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(plain).filter(([key]) => !key.startsWith('x-')));
}

function warnOfPlainSecrets(plain: unknown, report: ProblemReport): void {
  for (const at of plainSecretPaths(plain)) {
    report.warn(
      at,
      'is a secret in plain text; better write ${NAME} or ${file:path} and keep it out of the file',
    );
  }
}

function inOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return [...problems].sort((one, other) => (one.line ?? 0) - (other.line ?? 0));
}
