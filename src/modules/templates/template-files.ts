import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { TEMPLATE_NAMES, type TemplateName } from './domain/contracts.js';

export const PARTS = ['subject', 'text', 'html'] as const;
export type PartName = (typeof PARTS)[number];

/** `layout` is the HTML frame around every mail. */
export type TemplateFileName = `${TemplateName}.${PartName}` | 'layout.html';

export interface TemplateFile {
  readonly name: TemplateFileName;
  /** As shown to the operator. */
  readonly path: string;
  /** null: missing (of ours: a broken installation). */
  readonly source: string | null;
}

export const TEMPLATE_FILE_NAMES: readonly TemplateFileName[] = [
  'layout.html',
  ...TEMPLATE_NAMES.flatMap((name) => PARTS.map((part) => `${name}.${part}` as const)),
];

/** The folder with our own templates, found from the sources as well as from the build. */
export function ownTemplatesDirectory(): string {
  for (let at = import.meta.dirname; at !== path.dirname(at); at = path.dirname(at)) {
    const candidate = path.join(at, 'templates');
    if (existsSync(path.join(candidate, 'layout.html.liquid'))) return candidate;
  }
  throw new Error('The folder templates/ is missing from this installation');
}

/**
 * Reads every template; a file of the same name in `overrides` (templates.directory) replaces ours, part by part.
 * Rejects with ENOENT or ENOTDIR where `overrides` is no folder.
 */
export async function readTemplateFiles(overrides: string | undefined): Promise<TemplateFile[]> {
  const own = ownTemplatesDirectory();
  if (overrides !== undefined && !(await stat(overrides)).isDirectory()) {
    throw Object.assign(new Error(`${overrides} is no folder`), { code: 'ENOTDIR' });
  }
  return Promise.all(
    TEMPLATE_FILE_NAMES.map(async (name) => {
      const replaced = overrides === undefined ? null : await readIfThere(overrides, name);
      return (
        replaced ?? (await readIfThere(own, name)) ?? { name, path: label(own, name), source: null }
      );
    }),
  );
}

async function readIfThere(
  directory: string,
  name: TemplateFileName,
): Promise<TemplateFile | null> {
  try {
    const source = await readFile(path.join(directory, `${name}.liquid`), 'utf8');
    return { name, path: label(directory, name), source };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Ours as `templates/x.liquid`, the operator's by the path that she gave. */
function label(directory: string, name: TemplateFileName): string {
  const folder = directory === ownTemplatesDirectory() ? 'templates' : directory;
  return path.join(folder, `${name}.liquid`);
}
