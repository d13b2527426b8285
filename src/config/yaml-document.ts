import {
  isCollection,
  isMap,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  type Document,
} from 'yaml';
import { isMapping } from './hydrate.js';
import { ProblemReport, type ConfigPath } from './problems.js';

/** helpdesk.yaml read as plain data, references still unresolved; `report` already knows the lines. */
export interface YamlText {
  readonly plain: Record<string, unknown>;
  readonly report: ProblemReport;
}

/** The parser's own messages may quote the text around a mistake, and that may be a password: we say it ourselves. */
const SYNTAX: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'the same key stands twice in one mapping',
  BAD_INDENT: 'the indentation does not fit the lines around it',
  TAB_AS_INDENT: 'a tab is used for indentation; use spaces',
  MISSING_CHAR:
    'a character is missing here, for example a closing quote, a bracket or the ":" after a key',
  BAD_ALIAS: 'a value that begins with * or & must stand in quotes',
  BAD_SCALAR_START: 'a value that begins with this character must stand in quotes',
  MULTILINE_IMPLICIT_KEY: 'a key must stand on one line, with ": " behind it',
  BLOCK_AS_IMPLICIT_KEY:
    'a mapping begins in the middle of a line; is a quote or a line break missing?',
  UNEXPECTED_TOKEN: 'something stands here that does not belong; are quotes missing?',
  TAG_RESOLVE_FAILED: 'a value that begins with ! must stand in quotes',
  MULTIPLE_DOCS: 'the file holds several documents (---); one is allowed',
};

/** Reads YAML 1.2 with merge keys (`<<`); refuses duplicate keys. Problems of syntax stand in the report. */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    // The library's own warnings on standard error would quote the file.
    logLevel: 'error',
    merge: true,
    version: '1.2',
  });
  const report = new ProblemReport((path) => lineOf(document, lines, path));
  for (const error of [...document.errors, ...document.warnings]) {
    const reason = SYNTAX[error.code] ?? `is not valid YAML (${error.code.toLowerCase()})`;
    report.add([], reason, lines.linePos(error.pos[0]).line);
  }
  if (report.problems.length > 0) return { plain: {}, report };
  let plain: unknown;
  try {
    plain = document.toJS();
  } catch {
    // An alias without its anchor, or a bomb of aliases; the message would quote the name.
    report.add(
      [],
      'an alias (*name) points at no anchor, or too often; a value that begins with * must stand in quotes',
    );
    return { plain: {}, report };
  }
  if (plain === null || plain === undefined) {
    report.add([], 'is empty; helpdesk.example.yaml shows what belongs here', 1);
  } else if (!isMapping(plain)) {
    report.add([], 'must be a mapping (name: value)', 1);
  }
  return { plain: isMapping(plain) ? plain : {}, report };
}

/** The line of the key at `path`; of its nearest parent where the path is not in the file. */
function lineOf(document: Document, lines: LineCounter, path: ConfigPath): number | undefined {
  let node: unknown = document.contents;
  let offset: number | undefined = startOf(node);
  for (const part of path) {
    if (!isCollection(node)) break;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === part);
      if (pair === undefined) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else {
      const item: unknown = node.items[Number(part)];
      if (item === undefined) break;
      node = isPair(item) ? item.value : item;
      offset = startOf(node) ?? offset;
    }
  }
  return offset === undefined ? undefined : lines.linePos(offset).line;
}

function startOf(node: unknown): number | undefined {
  const range = (node as { range?: readonly number[] | null } | null)?.range;
  return range?.[0];
}
