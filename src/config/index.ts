export * from './current-config.js';
export * from './helpdesk-config.js';
export * from './sections/desk-config.js';
export * from './sections/mailbox-config.js';
export * from './sections/system-config.js';
export * from './load.js';
export * from './problems.js';
