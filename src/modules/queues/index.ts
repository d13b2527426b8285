export { CurrentScope } from './http/current-scope.js';
export { brokeGlass, Queues, type AccessScope } from './queues.facade.js';
export { QueuesModule } from './queues.module.js';
export type { QueueMember } from './store/queue.store.js';
