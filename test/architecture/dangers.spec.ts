import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { ROOT, sourceFiles, type SourceFile } from './source-tree.js';

const production = sourceFiles('src').filter((file) => !file.path.endsWith('.spec.ts'));

/** Files that hand on or put together SQL whose text is not a constant where it is run, each with the reason. */
const SQL_ALLOWED: Readonly<Record<string, string>> = {
  'src/platform/database/database.ts': 'the door itself: hands its argument on',
  'src/platform/database/tx.ts': 'the door itself: hands its argument on',
  'src/platform/database/gathering.ts': 'runs what its callers gave as constants',
  'src/platform/database/migrate.ts': 'runs the files of migrations/',
  'src/modules/files/store/stored-files.store.ts':
    'the condition "nothing points at it" is made of names of tables and columns that PostgreSQL itself gives',
  'src/modules/reporting/store/report-reader.ts': 'runs what its callers gave as constants',
  'src/modules/sla/store/clock.store.ts': 'chooses among constant statements by the kind of clock',
  'src/operations/backup/store/load-tables.ts':
    'COPY and DROP take no parameters: names of tables go through quoted()',
  'src/operations/backup/store/snapshot.ts':
    'COPY takes no parameters: names of tables go through quoted()',
  'src/operations/store/traffic.store.ts': 'runs what its callers gave as constants',
  'src/modules/inbox/store/ticket-list.store.ts':
    'puts constant pieces together; every value goes through sql.value() and becomes a parameter',
};

const SQL_CALL = /\.(query|execute|gather)[(<]/;

describe('what an attacker would look for', () => {
  it('SQL is constant text with parameters: nothing that is not a constant is put into it', () => {
    const wrong = production
      .filter((file) => SQL_ALLOWED[file.path] === undefined && SQL_CALL.test(file.text))
      .flatMap((file) => changingSql(file));
    expect(wrong).toEqual([]);
  });

  it('the check of SQL sees what it is to see', () => {
    const seen = (text: string): number => changingSql(sourceOf(text)).length;
    expect(seen('tx.query(`select 1 from t where a = ${value}`)')).toBe(1);
    expect(seen('tx.execute("select " + value)')).toBe(1);
    expect(seen('this.database.query(sql)')).toBe(1);
    expect(seen('const SQL = `select ${process.argv[2]}`; tx.query(SQL)')).toBe(1);
    expect(seen('function f(a: string) { const B = a; tx.query(`select ${B}`) }')).toBe(1);
    expect(seen('tx.gather(`select ${f(value)}`, {})')).toBe(1);
    expect(seen('const A = "a, b"; const SQL = `select ${A} from t`; tx.query(SQL, [x])')).toBe(0);
    expect(seen('tx.query(`select 1 where ${visibleSql(2, 3)}`, [x])')).toBe(0);
    expect(seen('const sql = "select 1"; tx.query(sql)')).toBe(0);
  });

  it('nothing runs text as code, starts programs, or leads a browser elsewhere', () => {
    const dangers =
      /\beval\(|\bnew Function\(|\bexecSync\(|\bspawnSync?\(|\bexec\(\s*[`'"]|node:child_process|node:vm\b|\.redirect\(\s*[`'"\d]|setHeader\(\s*'Location'/;
    // The operator's own: processes of the product, and tar for an archive that the operator names.
    const theirs = /^src\/(launcher|cli)\/|^src\/operations\/backup\/backup-archive\.ts$/;
    const wrong = production.filter(
      (file) => dangers.test(codeOf(file)) && !theirs.test(file.path),
    );
    expect(wrong.map((file) => file.path)).toEqual([]);
  });

  it('markup is made by the escaping template alone', () => {
    const raw = production.filter((file) => /new SafeHtml\(/.test(codeOf(file)));
    expect(raw.map((file) => file.path).sort()).toEqual([
      'src/modules/templates/domain/check-part.ts',
      'src/modules/templates/domain/liquid-engine.ts',
      'src/platform/http/html.ts',
    ]);
  });

  it('secrets are compared in constant time', () => {
    const compared =
      /\b\w*(token|secret|mac|signature|digest|csrf\w*|passwordHash)\b\s*(===|!==)\s*(?!undefined|null|'')\w/i;
    // What a provider of ours refused is compared with what we hold: nobody outside waits for the answer.
    const own = 'src/modules/mailboxes/gateway/oauth-tokens.ts';
    const wrong = production
      .filter((file) => file.path !== own)
      .flatMap((file) =>
        codeOf(file)
          .split('\n')
          .filter((line) => compared.test(line) && !/typeof|\.length/.test(line))
          .map((line) => `${file.path}: ${line.trim()}`),
      );
    expect(wrong).toEqual([]);
  });
});

describe('docs/threat-model.md', () => {
  const text = readFileSync(path.join(ROOT, 'docs/threat-model.md'), 'utf8');
  const rows = text
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (who +\||-)/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split(' | ')
        .map((cell) => cell.trim()),
    );

  it('has a line for every kind of attacker, and every line its tests', () => {
    expect(rows.length).toBeGreaterThan(40);
    const who = new Set(rows.map(([first]) => first));
    for (const attacker of [
      'stranger',
      'customer',
      'agent of another queue',
      'agent',
      'stolen token',
      'another web site',
      'hostile mail',
      'hostile file',
      'hostile template',
      'neighbour on the network',
      'who reads a backup or a log',
      'supply chain',
    ])
      expect([...who]).toContain(attacker);
    expect(rows.filter((row) => row.length !== 4 || !row[3]!.includes('`'))).toEqual([]);
  });

  it('every test that it names exists, in the file that it names', () => {
    const missing: string[] = [];
    for (const [who, what, , tests] of rows) {
      const named = [...tests!.matchAll(/`([^`]+\.spec\.ts)` "([^"]+)"/g)];
      if (named.length === 0) missing.push(`${who}: ${what}: names no test`);
      for (const [, file, name] of named) {
        const full = path.join(ROOT, file!);
        const there = existsSync(full) ? titlesIn(readFileSync(full, 'utf8')) : [];
        if (!there.some((title) => title.includes(name!))) missing.push(`${file}: ${name}`);
      }
    }
    expect(missing).toEqual([]);
  });
});

/** Titles of tests and groups as they are written. */
function titlesIn(source: string): string[] {
  return [
    ...source.matchAll(/(?:\bit|\btest|\bdescribe|\))\(\s*(['"`])((?:\\.|(?!\1).)*)\1/gs),
  ].map(([, , title]) => title!.replaceAll("\\'", "'"));
}

function codeOf(file: SourceFile): string {
  return file.text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}

function sourceOf(text: string): SourceFile {
  return { path: 'x.ts', text, imports: [], runtimeImports: [], packages: [] };
}

/** Calls of query, execute and gather whose text is not a constant. */
function changingSql(file: SourceFile): string[] {
  const source = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.ES2023, true);
  const constants = constantsOf(source);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      ['query', 'execute', 'gather'].includes(node.expression.name.text) &&
      /\b(tx|database|client|dataSource|manager|connection|pool)$/i.test(
        node.expression.expression.getText(source),
      )
    ) {
      const [sql] = node.arguments;
      if (sql !== undefined && !isConstant(sql, constants)) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
        found.push(`${file.path}:${line + 1}: ${sql.getText(source).slice(0, 60)}`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `const` by name; a name that stands for two things, one of which changes, counts as changing. */
function constantsOf(source: ts.SourceFile): Map<string, ts.Expression[]> {
  const constants = new Map<string, ts.Expression[]>();
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.Const) !== 0) {
      for (const one of node.declarations) {
        if (ts.isIdentifier(one.name) && one.initializer !== undefined)
          constants.set(one.name.text, [...(constants.get(one.name.text) ?? []), one.initializer]);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return constants;
}

/** Literals, constants made of them, constants imported from beside, and functions of literals alone. */
function isConstant(node: ts.Expression, constants: ReadonlyMap<string, ts.Expression[]>): boolean {
  if (
    ts.isStringLiteral(node) ||
    ts.isNoSubstitutionTemplateLiteral(node) ||
    ts.isNumericLiteral(node)
  )
    return true;
  if (ts.isParenthesizedExpression(node)) return isConstant(node.expression, constants);
  if (ts.isTemplateExpression(node))
    return node.templateSpans.every((span) => isConstant(span.expression, constants));
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
    return isConstant(node.left, constants) && isConstant(node.right, constants);
  if (ts.isConditionalExpression(node))
    return isConstant(node.whenTrue, constants) && isConstant(node.whenFalse, constants);
  if (ts.isCallExpression(node))
    return (
      ts.isIdentifier(node.expression) && node.arguments.every((one) => isConstant(one, constants))
    );
  if (ts.isElementAccessExpression(node) && ts.isIdentifier(node.expression))
    return /^[A-Z][A-Z0-9_]*$/.test(node.expression.text);
  if (!ts.isIdentifier(node)) return false;
  const values = constants.get(node.text);
  // Imported constants are checked where they stand: their names are in capitals.
  if (values === undefined) return /^[A-Z][A-Z0-9_]*$/.test(node.text);
  return values.every((value) => isConstant(value, constants));
}
