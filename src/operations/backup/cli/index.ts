import type { OperatorCommand } from '../../../cli/command.js';
import { backupCommand } from './backup.js';
import { restoreCommand } from './restore.js';

export const commands: readonly OperatorCommand[] = [backupCommand, restoreCommand];
