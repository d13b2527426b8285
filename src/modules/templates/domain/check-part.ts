import type { Template } from 'liquidjs';
import { sampleData, type VariableContract } from './contracts.js';
import {
  makeEngine,
  SafeHtml,
  renderPart,
  type ParsedPart,
  type PartFormat,
} from './liquid-engine.js';
import { nearest } from './suggest.js';

/** One mistake in a template: where it stands and what it is, in one English sentence for the operator. */
export interface TemplateProblem {
  readonly file: string;
  /** From 1; null where the file as a whole is meant. */
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
}

export interface PartSource {
  /** As shown to the operator. */
  readonly file: string;
  readonly source: string;
  readonly format: PartFormat;
  readonly contract: Readonly<Record<string, VariableContract>>;
}

export type PartCheck =
  | { readonly kind: 'sound'; readonly part: ParsedPart }
  | { readonly kind: 'broken'; readonly problems: readonly TemplateProblem[] };

/**
 * Parses one part and holds it against its contract: syntax, filters, variables (also those in branches that the
 * samples do not reach), and two trial renderings, one with everything and one with all that may be absent absent.
 */
export function checkPart(source: PartSource): PartCheck {
  const strict = makeEngine(source.format, true);
  let templates: Template[];
  try {
    templates = strict.parse(source.source, source.file);
  } catch (error) {
    return { kind: 'broken', problems: [problemOf(source, error, Object.keys(strict.filters))] };
  }
  const problems = unknownVariables(source, templates);
  if (problems.length === 0) {
    for (const which of ['full', 'bare'] as const) {
      try {
        renderPart(
          { engine: strict, templates },
          wrapMarkup(source.contract, sampleData(source.contract, which)),
        );
      } catch (error) {
        problems.push(problemOf(source, error, []));
      }
    }
  }
  if (problems.length > 0) return { kind: 'broken', problems: distinct(problems) };
  const engine = makeEngine(source.format, false);
  return { kind: 'sound', part: { engine, templates: engine.parse(source.source, source.file) } };
}

/** Variables of kind `html` are the only values that are printed as markup. */
export function wrapMarkup(
  contract: Readonly<Record<string, VariableContract>>,
  data: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      contract[key]?.kind === 'html' && typeof value === 'string' ? new SafeHtml(value) : value,
    ]),
  );
}

function unknownVariables(source: PartSource, templates: Template[]): TemplateProblem[] {
  const known = Object.keys(source.contract);
  const globals = makeEngine(source.format, true).analyzeSync(templates, {
    partials: false,
  }).globals;
  return Object.entries(globals).flatMap(([variable, uses]) =>
    known.includes(variable)
      ? []
      : uses.map(({ location }) => ({
          file: source.file,
          line: location.row,
          column: location.col,
          message: `unknown variable "${variable}"${suggestion(variable, known)}`,
        })),
  );
}

function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === null ? `; known here: ${known.join(', ')}` : `; did you mean "${near}"?`;
}

interface LiquidFault {
  readonly message?: string;
  readonly token?: { getPosition?: () => number[] };
}

function problemOf(
  source: PartSource,
  error: unknown,
  filters: readonly string[],
): TemplateProblem {
  const fault = error as LiquidFault;
  const [line, column] = fault.token?.getPosition?.() ?? [];
  // liquidjs appends ", file:…, line:…" to some of its messages: we say that ourselves.
  const message = (fault.message ?? String(error)).split(', file:')[0]!.replace(/, line:.*$/s, '');
  const filter = /undefined filter: (\S+)/.exec(message)?.[1];
  return {
    file: source.file,
    line: line ?? null,
    column: column ?? null,
    message:
      filter === undefined ? message : `unknown filter "${filter}"${filterHint(filter, filters)}`,
  };
}

function filterHint(filter: string, filters: readonly string[]): string {
  if (filter === 'raw')
    return '; markup cannot be let through, only escaped (text_to_html makes paragraphs)';
  const near = nearest(filter, filters);
  return near === null ? '' : `; did you mean "${near}"?`;
}

function distinct(problems: readonly TemplateProblem[]): TemplateProblem[] {
  const byText = new Map(
    problems.map((problem) => [`${problem.line}:${problem.column}:${problem.message}`, problem]),
  );
  return [...byText.values()];
}

/** `templates/x.text.liquid:3:14: unknown variable …` */
export function describeProblem(problem: TemplateProblem): string {
  const at =
    problem.line === null
      ? ''
      : `:${problem.line}${problem.column === null ? '' : `:${problem.column}`}`;
  return `${problem.file}${at}: ${problem.message}`;
}
