import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { isMapping } from './hydrate.js';
import { formatPath, type ConfigPath, type ProblemReport } from './problems.js';

/** Where references are looked up: always on the machine of the process that reads the configuration. */
export interface ReferenceSources {
  /** Environment variables for `${NAME}`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that `${file:relative/path}` starts from: the folder of helpdesk.yaml. */
  readonly baseDirectory: string;
  /** For `${config:…}`: a secret that stands as plain text in this machine's own helpdesk.yaml (see secrets.ts). */
  readonly ownSecret?: (reference: string) => string | undefined;
}

const REFERENCE = /\$\$\{|\$\{([^}]*)\}?/g;
const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** A secret in a file is a line or a PEM: more is a wrong path. */
const MAX_FILE_BYTES = 65_536;

/** Plain data with every `${…}` filled in, and the paths (formatted) where one stood. */
export interface Interpolated {
  readonly plain: unknown;
  readonly paths: ReadonlySet<string>;
}

/**
 * Fills in `${NAME}`, `${file:path}` and `${config:…}` in every text; `$${` stands for a literal `${`. What cannot be
 * found is a problem at its path; the text then stays as it is. No value is ever put into a problem.
 */
export function interpolate(
  plain: unknown,
  sources: ReferenceSources,
  report: ProblemReport,
): Interpolated {
  const paths = new Set<string>();
  const visit = (value: unknown, at: ConfigPath): unknown => {
    if (typeof value === 'string') return fill(value, at);
    if (Array.isArray(value)) return value.map((item, index) => visit(item, [...at, index]));
    if (isMapping(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([key, entry]) => [key, visit(entry, [...at, key])]),
      );
    }
    return value;
  };
  const fill = (text: string, at: ConfigPath): string => {
    if (!text.includes('${')) return text;
    paths.add(formatPath(at));
    return text.replace(REFERENCE, (whole: string, name: string | undefined) => {
      if (name === undefined) return '${';
      const found = whole.endsWith('}') ? lookUp(name, sources) : refusal(UNREADABLE);
      if (found.kind === 'found') return found.value;
      report.add(at, found.reason);
      return whole;
    });
  };
  return { plain: visit(plain, []), paths };
}

/** True for a text made of references alone: it may be stored and shown, for it holds no secret itself. */
export function isReferenceOnly(text: string): boolean {
  return /^(\$\{[^}]+\})+$/.test(text);
}

type Found = { kind: 'found'; value: string } | { kind: 'refused'; reason: string };

const UNREADABLE =
  'holds a "${" that is no reference; write ${NAME}, ${file:path}, or $${ for the characters themselves';

function lookUp(name: string, sources: ReferenceSources): Found {
  if (name.startsWith('file:'))
    return readSecretFile(name.slice('file:'.length).trim(), sources.baseDirectory);
  if (name.startsWith('config:')) {
    const value = sources.ownSecret?.(name.slice('config:'.length));
    return value === undefined
      ? refusal(
          "is written as plain text in the helpdesk.yaml it was applied from, and this machine's helpdesk.yaml does not have the same value there; use ${NAME} so that every machine can set it",
        )
      : { kind: 'found', value };
  }
  if (!ENV_NAME.test(name)) return refusal(UNREADABLE);
  const value = sources.env[name];
  if (value === undefined)
    return refusal(`needs the environment variable ${name}, which is not set`);
  if (value === '') return refusal(`needs the environment variable ${name}, which is empty`);
  return { kind: 'found', value };
}

function readSecretFile(name: string, baseDirectory: string): Found {
  if (name === '') return refusal(UNREADABLE);
  const file = path.resolve(baseDirectory, name);
  try {
    if (statSync(file).size > MAX_FILE_BYTES)
      return refusal(`names the file ${file}, which is too large for a secret`);
    // Editors and `echo` end a file with a line break that belongs to no password.
    const value = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    return value === ''
      ? refusal(`names the file ${file}, which is empty`)
      : { kind: 'found', value };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    const why = {
      ENOENT: 'does not exist',
      EACCES: 'may not be read by this user',
      EISDIR: 'is a folder',
    }[code];
    return refusal(`names the file ${file}, which ${why ?? `cannot be read (${code})`}`);
  }
}

function refusal(reason: string): Found {
  return { kind: 'refused', reason };
}
