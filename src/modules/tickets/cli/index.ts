import type { OperatorCommand } from '../../../cli/command.js';
import { reasonsRefile } from './reasons-refile.js';

export const commands: readonly OperatorCommand[] = [reasonsRefile];
