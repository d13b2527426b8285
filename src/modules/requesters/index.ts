export { Requesters, type Requester } from './requesters.facade.js';
export { RequestersModule } from './requesters.module.js';
