import { formatProblems, readConfigFile, type ConfigProblem } from '../../config/index.js';
import { Templates } from '../../modules/templates/index.js';
import path from 'node:path';
import type { OperatorCommand } from '../command.js';

/** Mistakes in the mail templates, ours and the operator's: a start refuses them as it refuses a wrong field. */
async function templateProblems(directory: string | undefined): Promise<ConfigProblem[]> {
  const problems = await Templates.problems(directory);
  return problems.map(({ file, line, message }) => ({
    path: 'templates',
    reason: message,
    file,
    ...(line === null ? {} : { line }),
  }));
}

/** `config check`: everything that is wrong, at once; needs no database and no network. */
export const configCheck: OperatorCommand = {
  name: 'config check',
  description:
    'checks helpdesk.yaml, the mail templates and the process variables; exit code 2 and all problems where it is refused',
  arguments: [{ name: 'file', description: 'another file than HELPDESK_CONFIG', optional: true }],
  async run({ environment, environmentProblems, output }, input) {
    const given = input.arguments['file'];
    const file = given === undefined ? environment.configFile : path.resolve(given);
    const result = readConfigFile(file, environment.variables);
    const problems: ConfigProblem[] = [
      ...environmentProblems,
      ...('problems' in result ? result.problems : []),
      ...(await templateProblems(
        'problems' in result ? result.templatesDirectory : result.config.templates.directory,
      )),
    ];
    const warnings = 'warnings' in result ? result.warnings : [];
    output.result({ ok: problems.length === 0, file, problems, warnings }, () => {
      const name = path.basename(file);
      const lines =
        problems.length === 0
          ? [`${file} is valid.`]
          : [`${file} is refused:`, formatProblems(problems, name)];
      return warnings.length === 0
        ? lines
        : [...lines, 'Worth a look:', formatProblems(warnings, name)];
    });
    return problems.length === 0 ? 0 : 2;
  },
};
