import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

export const ROOT = path.resolve(import.meta.dirname, '../..');

export interface SourceFile {
  /** From the root, with forward slashes: `src/modules/sla/domain/due-date.ts`. */
  readonly path: string;
  readonly text: string;
  /** Relative imports, resolved to paths from the root (`.js` → `.ts`). */
  readonly imports: readonly string[];
  /** Those of `imports` that exist at run time (no `import type`). */
  readonly runtimeImports: readonly string[];
  /** Names of packages: `typeorm`, `node:fs`. */
  readonly packages: readonly string[];
}

/** Every TypeScript file below `folder` (from the root). */
export function sourceFiles(folder: string): SourceFile[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs)$/.test(entry.name))
    .map((entry) => {
      const full = path.join(entry.parentPath, entry.name);
      const text = readFileSync(full, 'utf8');
      const isRelative = (name: string): boolean => name.startsWith('.');
      const specifiers = importsOf(text);
      const resolved = (name: string): string =>
        path
          .relative(ROOT, path.resolve(path.dirname(full), name))
          .split(path.sep)
          .join('/')
          .replace(/\.js$/, '.ts');
      return {
        path: path.relative(ROOT, full).split(path.sep).join('/'),
        text,
        imports: specifiers.filter(isRelative).map(resolved),
        runtimeImports: importsOf(
          text.replaceAll(/^(import|export) type [\s\S]*?from '[^']+';/gm, ''),
        )
          .filter(isRelative)
          .map(resolved),
        packages: specifiers
          .filter((name) => !isRelative(name))
          .map((name) =>
            name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : name.split('/')[0]!,
          ),
      };
    })
    .sort((a, b) => a.path.localeCompare(b.path));
}

function importsOf(text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName);
}

/** `src/modules/sla/domain/x.ts` → `sla`; null outside of modules. */
export function moduleOf(file: string): string | null {
  return /^src\/modules\/([^/]+)\//.exec(file)?.[1] ?? null;
}
