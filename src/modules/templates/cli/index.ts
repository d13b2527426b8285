import type { OperatorCommand } from '../../../cli/command.js';
import { templatePreview } from './template-preview.js';

export const commands: readonly OperatorCommand[] = [templatePreview];
