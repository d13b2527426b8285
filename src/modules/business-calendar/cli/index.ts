import type { OperatorCommand } from '../../../cli/command.js';
import { calendarExplain } from './calendar-explain.js';

export const commands: readonly OperatorCommand[] = [calendarExplain];
