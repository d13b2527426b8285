import type { OperatorCommand } from '../../../cli/command.js';
import { calendarWhatIf } from './calendar-what-if.js';

export const commands: readonly OperatorCommand[] = [calendarWhatIf];
