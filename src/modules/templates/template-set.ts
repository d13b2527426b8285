import { messageOf } from '../../platform/index.js';
import { checkPart, wrapMarkup, type TemplateProblem } from './domain/check-part.js';
import { contractOf, LAYOUT_CONTRACT, type TemplateName } from './domain/contracts.js';
import { renderPart, type ParsedPart } from './domain/liquid-engine.js';
import { prepareData } from './domain/prepare-data.js';
import { readTemplateFiles, type TemplateFile, type TemplateFileName } from './template-files.js';

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** What templates show of the company; from the configuration. */
export interface CommonData {
  readonly companyName: string;
  readonly helpCenterUrl: string | null;
}

export type TemplateSetLoad =
  | { readonly kind: 'sound'; readonly set: TemplateSet }
  | { readonly kind: 'broken'; readonly problems: readonly TemplateProblem[] };

/** All templates, read, parsed and checked: rendering one cannot meet a mistake of the template's any more. */
export class TemplateSet {
  private constructor(private readonly parts: ReadonlyMap<TemplateFileName, ParsedPart>) {}

  /** Reads ours and the operator's; all problems of all files at once. */
  static async load(overrides: string | undefined): Promise<TemplateSetLoad> {
    let files: TemplateFile[];
    try {
      files = await readTemplateFiles(overrides);
    } catch (error) {
      const message = `the folder in templates.directory cannot be read: ${messageOf(error)}`;
      return {
        kind: 'broken',
        problems: [{ file: overrides ?? 'templates', line: null, column: null, message }],
      };
    }
    const parts = new Map<TemplateFileName, ParsedPart>();
    const problems: TemplateProblem[] = [];
    for (const file of files) {
      if (file.source === null) {
        problems.push({
          file: file.path,
          line: null,
          column: null,
          message: 'the file is missing',
        });
        continue;
      }
      const format = file.name.endsWith('.html') ? 'html' : 'text';
      const check = checkPart({
        file: file.path,
        source: file.source,
        format,
        contract: contractOfFile(file.name),
      });
      if (check.kind === 'sound') parts.set(file.name, check.part);
      else problems.push(...check.problems);
    }
    return problems.length > 0
      ? { kind: 'broken', problems }
      : { kind: 'sound', set: new TemplateSet(parts) };
  }

  /** Throws an Error where `data` breaks the template's contract. */
  render(
    name: TemplateName,
    data: Readonly<Record<string, unknown>>,
    common: CommonData,
  ): RenderedMail {
    const contract = contractOf(name);
    const values = wrapMarkup(contract, prepareData(contract, { ...common, ...data }));
    const part = (file: TemplateFileName, with_: Readonly<Record<string, unknown>>): string =>
      renderPart(this.parts.get(file)!, with_);
    const subject = part(`${name}.subject`, values).replace(/\s+/g, ' ').trim();
    const frame = { ...common, subject, content: part(`${name}.html`, values) };
    return {
      subject,
      text: `${part(`${name}.text`, values)
        .replace(/(?<!^--)[ \t]+$/gm, '')
        .trim()}\n`,
      html: part('layout.html', wrapMarkup(LAYOUT_CONTRACT, frame)),
    };
  }
}

function contractOfFile(file: TemplateFileName): ReturnType<typeof contractOf> {
  return file === 'layout.html'
    ? LAYOUT_CONTRACT
    : contractOf(file.slice(0, file.lastIndexOf('.')) as TemplateName);
}
