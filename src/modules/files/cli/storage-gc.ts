import type { OperatorCommand } from '../../../cli/command.js';
import { OperatorError } from '../../../platform/index.js';
import { CollectGarbage } from '../commands/collect-garbage.js';

export const storageGc: OperatorCommand = {
  name: 'storage gc',
  description:
    'removes stored files that nothing needs, older than a day; workers do it by themselves',
  options: [{ flags: '--dry-run', description: 'counts and removes nothing' }],
  async run(context, { options }) {
    const dryRun = options['dryRun'] === true;
    const collected = await (await context.get(CollectGarbage)).run(dryRun);
    if (collected === null) {
      throw new OperatorError(
        'Another process is collecting, or a backup is being made: nothing was removed. Try again later.',
      );
    }
    const { rows, rowBytes, files, fileBytes, young } = collected;
    context.output.result({ dryRun, ...collected }, () => [
      `${dryRun ? 'Would remove' : 'Removed'} ${rows} contents that nothing points at (${rowBytes} bytes) and ${files} files without a row (${fileBytes} bytes).`,
      `${young} files without a row are younger than a day and stay.`,
    ]);
  },
};
