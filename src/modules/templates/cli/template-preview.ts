import { existsSync } from 'node:fs';
import type { CommandContext, OperatorCommand } from '../../../cli/command.js';
import { OperatorError } from '../../../platform/index.js';
import { describeProblem } from '../domain/check-part.js';
import { contractOf, sampleData, TEMPLATE_NAMES, type TemplateName } from '../domain/contracts.js';
import { nearest } from '../domain/suggest.js';
import { TemplateSet, type CommonData } from '../template-set.js';

/** Shows a template with the sample values of its contract; checks all templates on the way. Needs no database. */
export const templatePreview: OperatorCommand = {
  name: 'template preview',
  description: 'Show a mail template (ours, or yours from templates.directory) with sample data',
  arguments: [{ name: 'name', description: `One of: ${TEMPLATE_NAMES.join(', ')}` }],
  options: [
    { flags: '--html', description: 'The HTML part instead of subject and plain text' },
    {
      flags: '--variant <variant>',
      description: 'full: with everything it can show; bare: with the least',
      default: 'full',
    },
  ],
  async run(context, input) {
    const name = templateName(input.arguments['name'] ?? '');
    const { directory, common } = settings(context);
    const load = await TemplateSet.load(directory);
    if (load.kind === 'broken') {
      const lines = load.problems.map((problem) => `  ${describeProblem(problem)}`);
      throw new OperatorError(`The mail templates have mistakes:\n${lines.join('\n')}`);
    }
    const data = {
      ...sampleData(contractOf(name), variantNamed(input.options['variant'])),
      ...common,
    };
    const mail = load.set.render(name, data, common);
    context.output.result({ name, ...mail, variables: data }, () =>
      input.options['html'] === true
        ? mail.html
        : `Assunto: ${mail.subject}\n\n${mail.text.trimEnd()}`,
    );
  },
};

function templateName(text: string): TemplateName {
  const name = TEMPLATE_NAMES.find((known) => known === text);
  if (name !== undefined) return name;
  const near = nearest(text, TEMPLATE_NAMES);
  const hint = near === null ? `Known: ${TEMPLATE_NAMES.join(', ')}.` : `Did you mean ${near}?`;
  throw new OperatorError(`There is no template ${JSON.stringify(text)}. ${hint}`);
}

function variantNamed(text: unknown = 'full'): 'full' | 'bare' {
  if (text === 'full' || text === 'bare') return text;
  throw new OperatorError(`There is no variant ${JSON.stringify(text)}. Known: full, bare.`);
}

/** From helpdesk.yaml where there is one; without it our own templates with an example company. */
function settings(context: CommandContext): { directory: string | undefined; common: CommonData } {
  if (!existsSync(context.environment.configFile)) {
    return {
      directory: undefined,
      common: { companyName: 'Empresa Exemplo', helpCenterUrl: 'https://ajuda.exemplo.com.br' },
    };
  }
  const { config } = context.configFile();
  const helpCenterUrl = config.company.helpCenterUrl ?? null;
  return {
    directory: config.templates.directory,
    common: { companyName: config.company.name, helpCenterUrl },
  };
}
