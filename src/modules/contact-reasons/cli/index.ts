import type { OperatorCommand } from '../../../cli/command.js';
import { reasonsEvaluate } from './reasons-evaluate.js';

export const commands: readonly OperatorCommand[] = [reasonsEvaluate];
