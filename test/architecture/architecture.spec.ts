import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { moduleOf, sourceFiles, type SourceFile } from './source-tree.js';

/** Who stands on whom (docs/architecture.md): a module imports modules of its own level's list or below, by their door. */
const LEVELS: Readonly<Record<string, number>> = {
  'business-calendar': 1,
  'contact-reasons': 1,
  templates: 1,
  agents: 1,
  queues: 1,
  requesters: 1,
  files: 1,
  mailboxes: 1,
  sla: 2,
  'outbound-mail': 2,
  tickets: 3,
  'mailbox-intake': 4,
  inbox: 4,
  portal: 4,
  feedback: 4,
  notices: 4,
  reporting: 5,
  webhooks: 5,
};
/** Neighbours on one level that may know each other, in this direction only. */
const SAME_LEVEL = new Set(['queues → agents']);

const files = sourceFiles('src');
const production = files.filter((file) => !file.path.endsWith('.spec.ts'));
const inFolder = (file: SourceFile, ...names: string[]): boolean =>
  names.some((name) => file.path.includes(`/${name}/`));

describe('architecture', () => {
  it('every module has its level and its door', () => {
    const modules = new Set(
      production.map((file) => moduleOf(file.path)).filter((name) => name !== null),
    );
    expect([...modules].filter((name) => LEVELS[name] === undefined)).toEqual([]);
    const doors = new Set(production.map((file) => file.path));
    expect([...modules].filter((name) => !doors.has(`src/modules/${name}/index.ts`))).toEqual([]);
  });

  it('modules import downwards only, and only doors', () => {
    const wrong: string[] = [];
    for (const file of production) {
      const from = moduleOf(file.path);
      if (from === null) continue;
      for (const target of file.imports) {
        const to = moduleOf(target);
        if (to === null || to === from) continue;
        if (target !== `src/modules/${to}/index.ts`)
          wrong.push(`${file.path} → ${target}: not by the door`);
        const allowed = LEVELS[to]! < LEVELS[from]! || SAME_LEVEL.has(`${from} → ${to}`);
        if (!allowed) wrong.push(`${file.path} → ${to}: not downwards`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('modules are imported from outside only by their door, Nest module or command list', () => {
    const wrong = production
      .filter((file) => moduleOf(file.path) === null)
      .flatMap((file) =>
        file.imports
          .filter((target) => moduleOf(target) !== null && !target.endsWith('/index.ts'))
          .map((target) => `${file.path} → ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  it('platform knows no module and no configuration; configuration knows no module', () => {
    const wrong = production.flatMap((file) => {
      const forbidden = file.path.startsWith('src/platform/')
        ? /^src\/(modules|config|cli|launcher)\//
        : file.path.startsWith('src/config/')
          ? /^src\/(modules|cli|launcher)\//
          : null;
      return forbidden === null
        ? []
        : file.imports
            .filter((target) => forbidden.test(target))
            .map((target) => `${file.path} → ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it('process.env is read in config/ and launcher/ only', () => {
    const wrong = production.filter(
      (file) => /process\.env\b/.test(codeOf(file)) && !/^src\/(config|launcher)\//.test(file.path),
    );
    expect(wrong.map((file) => file.path)).toEqual([]);
  });

  it('TypeORM and SQL drivers live in store/ and platform/ only', () => {
    const wrong = production.filter(
      (file) =>
        file.packages.some((name) => ['typeorm', 'pg'].includes(name)) &&
        !inFolder(file, 'store') &&
        !file.path.startsWith('src/platform/') &&
        !file.path.startsWith('src/launcher/'),
    );
    expect(wrong.map((file) => file.path)).toEqual([]);
  });

  it('imapflow and nodemailer live in mailboxes/gateway only (and the demo mail server)', () => {
    const wrong = production.filter(
      (file) =>
        file.packages.some((name) => ['imapflow', 'nodemailer'].includes(name)) &&
        !file.path.startsWith('src/modules/mailboxes/gateway/') &&
        !file.path.startsWith('src/launcher/'),
    );
    expect(wrong.map((file) => file.path)).toEqual([]);
  });

  it('domain/ is pure: no clock, no random, no input or output, no framework', () => {
    const impurePackages =
      /^(node:(fs|net|http|https|child_process|timers|worker_threads|os)|typeorm|pg|@nestjs\/.*|imapflow|nodemailer)$/;
    const wrong: string[] = [];
    for (const file of production.filter((candidate) => inFolder(candidate, 'domain'))) {
      for (const name of file.packages) {
        if (impurePackages.test(name)) wrong.push(`${file.path} imports ${name}`);
      }
      for (const target of file.imports) {
        if (/\/(store|gateway|http|commands|subscribers)\//.test(target))
          wrong.push(`${file.path} → ${target}`);
      }
      const impure =
        /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\brandomUUID\(|\brandomBytes\(|\bTemporal\.Now\b|\bsetTimeout\(/.exec(
          codeOf(file),
        );
      if (impure !== null) wrong.push(`${file.path} uses ${impure[0]}`);
    }
    expect(wrong).toEqual([]);
  });

  it('there are no import circles', () => {
    const graph = new Map(production.map((file) => [file.path, file.runtimeImports]));
    expect(circleIn(graph)).toBeNull();
  });

  it('a file fits in 400 lines, a function on a screen of 60', () => {
    const wrong: string[] = [];
    for (const file of files) {
      const lines = file.text.split('\n').length;
      if (lines > 401 && !file.path.endsWith('.spec.ts'))
        wrong.push(`${file.path}: ${lines} lines`);
      if (!file.path.endsWith('.spec.ts')) wrong.push(...longFunctions(file));
    }
    expect(wrong).toEqual([]);
  });

  it('nothing is skipped, focused or left to do in tests', () => {
    const wrong = [...files, ...sourceFiles('test')].filter(
      (file) =>
        file.path !== 'test/architecture/architecture.spec.ts' &&
        /\b(it|test|describe)\.(skip|only|todo)\b|\b(xit|xdescribe|fit|fdescribe)\(/.test(
          file.text,
        ),
    );
    expect(wrong.map((file) => file.path)).toEqual([]);
  });
});

/** The file without comments, so that words in comments do not count as code. */
function codeOf(file: SourceFile): string {
  return file.text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}

function circleIn(graph: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const walk = (file: string, trail: readonly string[]): string[] | null => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (done.has(file)) return null;
    for (const next of graph.get(file) ?? []) {
      const circle = walk(next, [...trail, file]);
      if (circle !== null) return circle;
    }
    done.add(file);
    return null;
  };
  for (const file of graph.keys()) {
    const circle = walk(file, []);
    if (circle !== null) return circle;
  }
  return null;
}

function longFunctions(file: SourceFile): string[] {
  const source = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.ES2023, true);
  const found: string[] = [];
  const lineOf = (position: number): number =>
    source.getLineAndCharacterOfPosition(position).line + 1;
  const visit = (node: ts.Node): void => {
    if (
      ts.isFunctionDeclaration(node) ||
      ts.isMethodDeclaration(node) ||
      ts.isConstructorDeclaration(node) ||
      ts.isFunctionExpression(node) ||
      ts.isArrowFunction(node)
    ) {
      const lines = lineOf(node.end) - lineOf(node.getStart(source)) + 1;
      if (lines > 60)
        found.push(`${file.path}:${lineOf(node.getStart(source))}: a function of ${lines} lines`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
