import { exportCommand } from './export.js';
import { report } from './report.js';

export const commands = [report, exportCommand];
