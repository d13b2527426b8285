import type { OperatorCommand } from '../../../cli/command.js';
import { CopyStorage } from '../commands/copy-storage.js';
import type { StorageName } from '../gateway/object-storage.js';

export const storageCopy: OperatorCommand = {
  name: 'storage copy',
  description:
    'copies every stored file to the folder or to S3; safe to repeat, also while mail comes in',
  options: [
    {
      flags: '--to <place>',
      description: 'where to',
      required: true,
      choices: ['folder', 's3'],
    },
  ],
  async run(context, { options }) {
    const to = options['to'] as StorageName;
    const copied = await (await context.get(CopyStorage)).run(to);
    context.output.result({ to, ...copied }, () => [
      `Copied ${copied.copied} files (${copied.copiedBytes} bytes); ${copied.there} were there already.`,
      ...copied.missing.map((location) => `missing in both places: ${location}`),
      ...copied.damaged.map((location) => `damaged, not copied: ${location}`),
    ]);
    return copied.missing.length + copied.damaged.length === 0 ? 0 : 1;
  },
};
