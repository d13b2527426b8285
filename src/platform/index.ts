/** The toolbox. It knows nothing about tickets. */
export * from './alarms.js';
export * from './background.js';
export * from './clock.js';
export * from './database/database.js';
export * from './database/tx.js';
export * from './errors.js';
export * from './fault-points.js';
export * from './events/event-bus.js';
export * from './events/event-dispatcher.js';
export * from './generated-key.js';
export * from './ids.js';
export * from './leases.js';
export * from './logging.js';
export * from './reply-tokens.js';
export * from './signed-links.js';
export * from './throttle.js';
export * from './wakeups.js';
