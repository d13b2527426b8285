import { report } from './report.js';

export const commands = [report];
