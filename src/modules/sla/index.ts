export { Sla, slaBreached, slaWarned, type ClockView, type DeadlineSummary, type PolicyContext } from './sla.facade.js';
