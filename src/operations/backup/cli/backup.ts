import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { StoragePlaces } from '../../../modules/files/index.js';
import { isArchive, packBackup } from '../backup-archive.js';
import { makeBackup } from '../make-backup.js';
import { Leases, OperatorError } from '../../../platform/index.js';
import type { OperatorCommand } from '../../../cli/command.js';

/** `backup`: database and stored files, while the helpdesk works. */
export const backupCommand: OperatorCommand = {
  name: 'backup',
  description: 'copies database and stored files to a new folder or .tar, while the helpdesk works',
  options: [
    {
      flags: '--to <path>',
      description: 'a folder, or a file that ends with .tar; must not exist yet',
      required: true,
    },
  ],
  async run(context, { options }) {
    const to = path.resolve(String(options['to']));
    if (isArchive(to) && existsSync(to)) throw new OperatorError(`${to} is there already.`);
    // Of this run alone: what an earlier one left behind stands in nobody's way.
    const folder = isArchive(to) ? `${to}.unfinished-${randomUUID()}` : to;
    const interruption = context.interruption();
    const databaseUrl = await context.helpdeskUrl();
    // The migrated database first: an old one is told in a sentence.
    await context.database();
    const manifest = await makeBackup(
      {
        databaseUrl,
        places: await context.get(StoragePlaces),
        leases: await context.get(Leases),
        interruption,
        say: (line) => context.output.say(line),
      },
      folder,
    );
    if (isArchive(to)) await packBackup(folder, to, interruption);
    const { takenAt, files, keyIds, tables } = manifest;
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    context.output.result({ to, takenAt, tables: tables.length, rows, files, keyIds }, () => [
      `${to} holds the helpdesk as of ${takenAt}: ${rows} rows of ${tables.length} tables, ${files.count} files (${files.bytes} bytes).`,
      'Not in it: helpdesk.yaml with its secrets. Keep them in another place.',
      ...(keyIds.length === 0
        ? []
        : [`Without the master keys ${keyIds.join(', ')} its stored files do not open.`]),
    ]);
  },
};
