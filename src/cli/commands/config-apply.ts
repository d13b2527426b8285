import { ApplyConfig, type AppliedConfig } from '../../config/index.js';
import { SystemClock } from '../../platform/index.js';
import type { OperatorCommand } from '../command.js';

/** `config apply`: the checked file becomes the newest version; running processes take it up within seconds. */
export const configApply: OperatorCommand = {
  name: 'config apply',
  description: 'writes helpdesk.yaml as a new version; running processes take it up live',
  options: [
    {
      flags: '--dry-run',
      description: 'show the difference to the version in force and write nothing',
    },
  ],
  async run(context, input) {
    const loaded = context.configFile();
    const apply = new ApplyConfig(await context.database(), new SystemClock());
    const dryRun = input.options['dryRun'] === true;
    const applied = dryRun ? await apply.dryRun(loaded) : await apply.run(loaded, 'cli');
    context.output.result({ ...applied, dryRun, warnings: loaded.warnings }, () =>
      describe(applied, dryRun),
    );
  },
};

const RE_READ =
  'Secrets are re-read: running processes take up changed files (${file:…}) within 15 seconds; a changed environment variable needs a restart of its process.';

function describe(applied: AppliedConfig, dryRun: boolean): string[] {
  const { version, changed, changes, notes } = applied;
  if (!changed) {
    const same = `Version ${version} is in force and says the same already.`;
    return applied.secretsReRead ? [same, RE_READ] : [same];
  }
  const shown = (value: unknown): string =>
    value === undefined ? '(not there)' : JSON.stringify(value);
  const first = version === 0 || (version === 1 && !dryRun);
  const lines = first
    ? [`The first version: ${changes.map(({ path }) => path).join(', ')}.`]
    : changes.map(({ path, before, after }) => `${path}: ${shown(before)} → ${shown(after)}`);
  return [
    ...lines,
    ...notes,
    dryRun
      ? `Nothing was written; version ${version} stays in force.`
      : `Version ${version} is in force.`,
  ];
}
