export { Queues, type AccessScope } from './queues.facade.js';
