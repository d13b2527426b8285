export { SlaModule } from './sla.module.js';
export { Sla, type ClockView } from './sla.facade.js';
export { type ClockKind, type ClockState, type DeadlineSummary } from './domain/clock.js';
export { type PolicyContext } from './domain/policy.js';
export { clockDto, ClockDto } from './http/clock.dto.js';
export { slaBreached, slaWarned, type ClockNews } from './sla.events.js';
