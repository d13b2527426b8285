import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Descriptions by `Class` and `Class.field`. */
export type FieldDocs = ReadonlyMap<string, string>;

/** A doc comment, then decorators and modifiers, then the class or field that it belongs to. */
const CLASS_OR_FIELD =
  /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?(?:export class (\w+)|^ {2}(\w+)[?]?: [^\n]+)/gm;

/**
 * The doc comments of the configuration classes, read from their sources: what a colleague reads in the code an
 * operator reads in the editor. Without sources (a stripped installation) there are none, and that is fine.
 */
export function readFieldDocs(configFolder: string): FieldDocs {
  const sections = path.join(configFolder, 'sections');
  const docs = new Map<string, string>();
  if (!existsSync(sections)) return docs;
  const files = [
    ...readdirSync(sections).map((name) => path.join(sections, name)),
    path.join(configFolder, 'helpdesk-config.ts'),
  ];
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    let current = '';
    for (const [, comment, className, field] of withoutDecorators(
      readFileSync(file, 'utf8'),
    ).matchAll(CLASS_OR_FIELD)) {
      current = className ?? current;
      const name = className ?? `${current}.${field}`;
      if (comment !== undefined) docs.set(name, plainText(comment));
    }
  }
  return docs;
}

/** Decorators stand between comment and field; taken out line by line, with their continuation lines. */
function withoutDecorators(source: string): string {
  return source.replaceAll(/^ {2}@\w+\([\s\S]*?\)\n(?= {2}\S|\n)/gm, '');
}

function plainText(comment: string): string {
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\*?\s?/, '').trim())
    .join(' ')
    .trim();
}
