import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { CommandContext, CommandInput, OperatorCommand } from '../../../cli/command.js';
import { defaultStorageDirectory } from '../../../config/env.js';
import { packageRoot } from '../../../launcher/package-root.js';
import { StoragePlaces } from '../../../modules/files/index.js';
import { OperatorError } from '../../../platform/index.js';
import { isArchive, unpackBackup } from '../backup-archive.js';
import { restoreBackup, settleRestored, SKIPPED_PROTOCOLS } from '../restore-backup.js';

const NEXT_STEPS = [
  'Automatic mail is paused. Start the helpdesk, let it fetch what has come since, compare by "intake reconcile",',
  'look at "outbox list --state unknown", and then "automation resume --waiting cancel" (docs/operators/backup.md).',
];

/** `restore`: a backup into an empty database; the stored files go where helpdesk.yaml says. */
export const restoreCommand: OperatorCommand = {
  name: 'restore',
  description: 'puts a backup into an empty database; nobody is answered twice by what is restored',
  options: [
    { flags: '--from <path>', description: 'what `backup` made: a folder or a .tar' },
    { flags: '--replace', description: 'throws away what the database holds' },
    {
      flags: '--without-keys',
      description: 'goes on where helpdesk.yaml lacks master keys: what they sealed does not open',
    },
    {
      flags: '--settle',
      description:
        'instead of --from: the database was brought back by other means (pg_restore, PITR) and is to be made safe to start',
    },
    {
      flags: '--skip-protocols <n>',
      description: 'protocols that the lost helpdesk may have told to customers since the backup',
      default: String(SKIPPED_PROTOCOLS),
    },
  ],
  async run(context, { options }) {
    const skippedProtocols = Number(options['skipProtocols']);
    if (!Number.isSafeInteger(skippedProtocols) || skippedProtocols < 0) {
      throw new OperatorError('--skip-protocols must be a whole number, 0 or more.');
    }
    if ((options['from'] === undefined) === (options['settle'] !== true)) {
      throw new OperatorError('Say either --from FOLDER or --settle.');
    }
    if (options['settle'] === true) {
      await settleRestored(await context.helpdeskUrl(), { now: new Date(), skippedProtocols });
      context.output.result({ settled: true }, () => NEXT_STEPS);
    } else {
      await restoreFrom(context, options, skippedProtocols);
    }
  },
};

async function restoreFrom(
  context: CommandContext,
  options: CommandInput['options'],
  skippedProtocols: number,
): Promise<void> {
  const from = path.resolve(String(options['from']));
  if (isArchive(from)) {
    const folder = await unpackBackup(from, context.interruption());
    try {
      await restoreFrom(context, { ...options, from: folder }, skippedProtocols);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return;
  }
  const { config } = context.configFile();
  const directory = config.storage.directory ?? defaultStorageDirectory(context.environment);
  const { manifest, rows, files, migrated } = await restoreBackup(
    {
      databaseUrl: await context.databaseUrl(),
      places: StoragePlaces.of(config.storage, directory),
      migrations: path.join(packageRoot(), 'migrations'),
      now: new Date(),
      replace: options['replace'] === true,
      skippedProtocols,
      interruption: context.interruption(),
      ...(options['withoutKeys'] === true
        ? {}
        : { keyIds: config.security.masterKeys.map(({ id }) => id) }),
      say: (line) => context.output.say(line),
    },
    from,
  );
  const { takenAt, keyIds } = manifest;
  context.output.result({ takenAt, rows, files, migrated, keyIds }, () => [
    `The helpdesk is as it was at ${takenAt}: ${rows} rows, ${files} files written.`,
    ...NEXT_STEPS,
  ]);
}
