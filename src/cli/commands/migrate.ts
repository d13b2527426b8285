import path from 'node:path';
import { packageRoot } from '../../launcher/package-root.js';
import { migrate } from '../../platform/database/migrate.js';
import type { OperatorCommand } from '../command.js';

/** `migrate`: the schema of this version; `npm start` does the same by itself. */
export const migrateCommand: OperatorCommand = {
  name: 'migrate',
  description: 'brings the database to the schema of this version; safe to repeat',
  async run(context) {
    const applied = await migrate(
      await context.databaseUrl(),
      path.join(packageRoot(), 'migrations'),
    );
    context.output.result({ applied }, () =>
      applied.length === 0
        ? 'The database is up to date.'
        : applied.map((name) => `applied ${name}`),
    );
  },
};
